"""Strokes added to MNIST's own digits: a slash through a 0, a flag or foot on a 1, a bar on a 7.

`ADDED_STROKES` maps each of these digits to its function, which takes an image (28, 28) uint8 and a
random generator and returns a changed copy.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.synthesis.digit_templates import flag_offset
from mnist_core.synthesis.strokes import draw_over

Rng = np.random.Generator

INK = 100  # pixels above this value belong to a stroke
UPRIGHT_FRACTION = 0.2  # fraction of slashes through a 0 that are upright
THINNEST, THICKEST = 1.5, 4.0  # limits of the measured stroke width, in pixels


def slash_zero(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Draw a slash through a 0 from the upper right to the lower left, or just inside it.

    One slash in five is upright, as in the letter φ.

    Examples:
        >>> blank = np.zeros((28, 28), np.uint8)
        >>> zero = cv2.ellipse(blank, (14, 14), (6, 9), 0, 0, 360, 255, 2)
        >>> slashed = slash_zero(zero, np.random.default_rng(0))
        >>> int(zero[14, 14]), int(slashed[14, 14])
        (0, 255)
    """
    center, half_size, stroke_width = _measure(image)
    is_upright = rng.random() < UPRIGHT_FRACTION
    sideways = rng.normal(0, 0.12) if is_upright else rng.uniform(0.4, 1.1)
    direction = half_size * np.array([sideways, -rng.uniform(0.6, 1.1)])
    above, below = rng.uniform(0.6, 1.4, 2)
    slash = np.stack([center + above * direction, center - below * direction])
    return draw_over(image, [slash], stroke_width)


def flag_one(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Draw a flag at the top of a 1, a foot, or both; a 1 that is too faint stays as it is."""
    rows = np.flatnonzero(image.max(axis=1) > INK)
    if len(rows) < 4:
        return image.copy()
    weight = image[rows].astype(np.float32)
    columns = weight @ np.arange(SIDE, dtype=np.float32) / weight.sum(axis=1)
    _, _, stroke_width = _measure(image)
    top = np.array([columns[1:4].mean(), rows[0] + stroke_width / 2])
    bottom = np.array([columns[-4:-1].mean(), rows[-1] + 1 - stroke_width / 2])
    strokes = []
    has_flag = rng.random() < 0.85
    if has_flag:
        strokes.append(np.stack([top, top + flag_offset(rng.uniform(2, 9), 5.5, rng)]))
    if not has_flag or rng.random() < 0.5:
        left, right = rng.uniform(0, 7), rng.uniform(2, 8)
        strokes.append(bottom + np.array([[-left, 0], [right, 0]]))
    return draw_over(image, strokes, stroke_width)


def bar_seven(image: np.ndarray, rng: Rng) -> np.ndarray:
    """Draw a bar through the stem of a 7."""
    center, half_size, stroke_width = _measure(image)
    row = int(center[1] + half_size[1] * rng.uniform(-0.25, 0.35))
    stem = np.flatnonzero(image[row] > INK)
    column = float(stem.mean()) if stem.size else center[0]
    left, right = rng.uniform(2.5, 7, 2)
    tilt = rng.normal(0, 0.8)
    bar = np.array([[column - left, row + tilt], [column + right, row - tilt]])
    return draw_over(image, [bar], stroke_width)


ADDED_STROKES: dict[int, Callable[[np.ndarray, Rng], np.ndarray]] = {
    0: slash_zero,
    1: flag_one,
    7: bar_seven,
}


def _measure(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the center (x, y), half the size (x, y) and the stroke width of the ink, in pixels."""
    ink = (image > INK).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    distances = cv2.distanceTransform(ink, cv2.DIST_L2, cv2.DIST_MASK_3)
    # Across a stroke the distance to its edge averages a quarter of its width.
    stroke_width = 4 * float(distances.sum() / max(1, ink.sum())) - 2
    return (
        np.array([x + width / 2, y + height / 2]),
        np.array([width, height]) / 2,
        min(max(stroke_width, THINNEST), THICKEST),
    )
