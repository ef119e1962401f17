"""Lines of several handwritten digits, composed of single ones.

`compose_number` writes one to eight digits side by side and keeps each digit's own ink, which is
the ground truth for training the digit segmenter.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE, Split
from mnist_core.preprocessing.centering import DIGIT_SIDE, FAINT
from mnist_core.preprocessing.scaling import as_float
from mnist_core.synthesis.handwriting import VARIANTS, template_digit

Rng = np.random.Generator

TEMPLATE_FRACTION = 0.25  # fraction of digits drawn by `handwriting` instead of taken from a split
HEIGHTS = (64, 120)  # range of a line's digit height, in pixels
MAX_DIGITS = 8
# Typical gaps of a line, as fractions of the height; a negative one makes digits overlap.
GAPS = (-0.02, 0.05, 0.15, 0.3)
BLUR = 0.4  # standard deviation in pixels of the small image
SHARPNESS = 8  # how steeply ink rises at the edge of a stroke


@dataclass(frozen=True, eq=False)
class ComposedNumber:
    """A line of digits and its ground truth.

    Attributes:
        ink: (h, w) float32 in 0..1, bright on 0: the whole line.
        digits: (n, h, w) float32 in 0..1: each digit's own ink, at its position on the line.
    """

    ink: np.ndarray
    digits: np.ndarray


def compose_number(source: Split, rng: Rng) -> ComposedNumber:
    """Write one to eight digits side by side, some lines closely and others widely spaced.

    Args:
        source: The digits to choose from; a quarter are drawn by `handwriting` instead.
        rng: Draws the digits and the line's height, slant, slope, stroke width and spacing.

    Examples:
        >>> from mnist_core import load_mnist
        >>> number = compose_number(load_mnist().train, np.random.default_rng(0))
        >>> number.ink.shape == number.digits.shape[1:], len(number.digits) <= 8
        (True, True)
    """
    height = rng.uniform(*HEIGHTS)
    lean, slope = rng.normal(0.05, 0.12), rng.normal(0, 0.03)
    threshold, size_std = rng.uniform(0.25, 0.55), rng.uniform(0, 0.12)
    gap, gap_std = rng.choice(GAPS), rng.uniform(0.02, 0.08)
    inks = []
    for _ in range(rng.integers(1, MAX_DIGITS + 1)):
        image, size = _choose_digit(source, rng), height * np.exp(rng.normal(0, size_std))
        inks.append(slant(enlarge(image, size, threshold), lean))
    margin = round(1.5 * height)
    width = sum(ink.shape[1] for ink in inks) + 2 * margin + round(len(inks) * height * 0.6)
    digits = np.zeros((len(inks), 2 * margin + round(height), width), np.float32)
    right = margin
    for ink, digit in zip(inks, digits, strict=True):
        left = max(0, round(right + height * rng.normal(gap, gap_std)))
        middle = digits.shape[1] / 2 + slope * (left - width / 2) + rng.normal(0, 0.05) * height
        top = int(np.clip(middle - ink.shape[0] / 2, 0, digits.shape[1] - ink.shape[0]))
        digit[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
        right = left + ink.shape[1]
    return ComposedNumber(digits.max(axis=0), digits)


def enlarge(image: np.ndarray, height: float, threshold: float) -> np.ndarray:
    """Enlarge a digit smoothly, with sharp edges like a drawing's.

    Args:
        image: (28, 28) uint8.
        height: What 20 pixels of the image become, in pixels.
        threshold: The gray value in 0..1 that becomes a stroke's edge. A lower one makes strokes
            thicker.

    Returns:
        (h, h) float32 in 0..1.
    """
    side = round(SIDE * height / DIGIT_SIDE)
    large = cv2.resize(as_float(image), (side, side), interpolation=cv2.INTER_CUBIC)
    blurred = cv2.GaussianBlur(large, (0, 0), side / SIDE * BLUR)
    return np.clip((blurred - threshold) * SHARPNESS + 0.5, 0, 1)


def slant(ink: np.ndarray, lean: float) -> np.ndarray:
    """Shear ink and crop it to its bounding box.

    Args:
        ink: (h, w) float32 in 0..1.
        lean: Shift of the top relative to the bottom, as a fraction of the height. Positive leans
            to the right.

    Returns:
        (h', w') float32; a single pixel where there is no ink.
    """
    height, width = ink.shape
    margin = height // 2
    matrix = np.array([[1, -lean, margin + lean * height / 2], [0, 1, 0]], np.float32)
    ink = np.asarray(cv2.warpAffine(ink, matrix, (width + 2 * margin, height)))
    rows = np.flatnonzero(ink.max(axis=1) > FAINT)
    columns = np.flatnonzero(ink.max(axis=0) > FAINT)
    if not rows.size:
        return ink[:1, :1]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _choose_digit(source: Split, rng: Rng) -> np.ndarray:
    if rng.random() < TEMPLATE_FRACTION:
        return template_digit(int(rng.integers(10)), int(rng.integers(VARIANTS)))
    return np.asarray(source.images[rng.integers(len(source.images))])
