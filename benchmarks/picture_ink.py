"""Held-out handwriting as ink maps, for the pictures of `benchmarks.pictures`.

A third of the digits are the last 5,000 training images of MNIST, a third are the half of the pen
digits that is not used in training, and a third follow the pen paths of `benchmarks.pen_paths`.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from benchmarks.pen_paths import STYLES
from benchmarks.simulation import write
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.preprocessing.centering import slant
from mnist_core.synthesis.digit_sources import enlarge
from mnist_core.synthesis.pen_digits import WIDTHS, WIDTHS_OF_1, load_pen_digits
from mnist_core.synthesis.strokes import draw, smooth

Rng = np.random.Generator
HELD_OUT = 5_000
PENS = (0.03, 0.14)  # widths, as fractions of a digit's height


def draw_digit(height: int, rng: Rng, pen: float | None = None) -> tuple[np.ndarray, int]:
    """Draw a random digit.

    Args:
        height: The digit's longer side, in pixels.
        rng: Draws the digit and how it is written.
        pen: The pen's width as a fraction of the height; random by default. Digits of MNIST keep
            their own.

    Returns:
        (h, w) float32 in 0..1, cropped to the ink, and the digit.
    """
    pen = rng.uniform(*PENS) if pen is None else pen
    source = rng.integers(3)
    if source == 0:
        split = held_out_digits()
        index = rng.integers(len(split.images))
        ink = slant(enlarge(split.images[index], height, rng.uniform(0.3, 0.5)), rng.normal(0, 0.1))
        return ink, int(split.labels[index])
    if source == 1:
        pen_digits = load_pen_digits()[1]
        index = rng.integers(len(pen_digits.labels))
        digit = int(pen_digits.labels[index])
        width = rng.uniform(*(WIDTHS_OF_1 if digit == 1 else WIDTHS))
        lean = np.array([[width, 0], [rng.normal(-0.05, 0.12), 1]])
        stroke = pen_digits.trajectories[index] @ lean
        return draw_strokes([stroke if digit == 1 else smooth(stroke)], height, pen), digit
    style = list(STYLES)[rng.integers(len(STYLES))]
    digit, paths = STYLES[style]
    return draw_strokes(write(paths, rng), height, pen), digit


def draw_strokes(strokes: list[np.ndarray], height: int, pen: float) -> np.ndarray:
    """Draw strokes, (h, w) float32 in 0..1, cropped to the ink."""
    thickness = max(1, round(pen * height))
    side = max(1, height - thickness)
    ink = draw(strokes, thickness / side, side, thickness // 2 + 2).astype(np.float32) / 255
    return slant(ink, 0)


def draw_line(height: int, length: int, rng: Rng) -> tuple[np.ndarray, str]:
    """Draw a line of digits by one pen, with small gaps and an uneven baseline.

    Returns:
        (h, w) float32 in 0..1, cropped to the ink, and the number.
    """
    pen, gap = rng.uniform(0.04, 0.11), rng.uniform(0.12, 0.45)
    inks, digits = [], ""
    for _ in range(length):
        ink, digit = draw_digit(round(height * rng.uniform(0.88, 1.12)), rng, pen)
        inks.append(ink)
        digits += str(digit)
    canvas = np.zeros((2 * height, sum(ink.shape[1] for ink in inks) + 2 * length * height))
    right = 0
    for ink in inks:
        top = round(height - ink.shape[0] / 2 + rng.normal(0, 0.05) * height)
        canvas[top : top + ink.shape[0], right : right + ink.shape[1]] = ink
        right += ink.shape[1] + round(max(0.05, gap + rng.normal(0, 0.06)) * height)
    return slant(canvas.astype(np.float32), 0), digits


def place(ink: np.ndarray, shape: tuple[int, int], top: int, left: int) -> np.ndarray:
    """Put ink into an empty map of a shape; what lies beyond its edges is cut off."""
    canvas = np.zeros(shape, np.float32)
    y, x = max(top, 0), max(left, 0)
    part = ink[y - top : shape[0] - top, x - left : shape[1] - left]
    canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    return canvas


def resize(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Resize by averaging pixels, or smoothly if it is enlarged."""
    size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=method))


@lru_cache(maxsize=1)
def held_out_digits() -> Split:
    """Return the training images that no network that comes with the app was trained on."""
    train = load_mnist().train
    return Split(train.images[-HELD_OUT:], train.labels[-HELD_OUT:])
