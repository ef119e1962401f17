"""Strokes added to MNIST's own digits: a slash through a 0, a flag or foot on a 1, a bar on a 7."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.synthesis.digit_templates import flag_offset
from mnist_core.synthesis.strokes import Stroke, draw_over

Rng = np.random.Generator

INK = 100  # pixels above this value belong to a stroke
UPRIGHT_FRACTION = 0.2  # fraction of slashes through a 0 that are upright
COLUMNS = np.arange(SIDE, dtype=np.float32)
THINNEST, THICKEST = 1.5, 4.0  # limits of the measured stroke width, in pixels


class MeasuredDigit(NamedTuple):
    """A digit and the measures of its ink, in pixels.

    Attributes:
        image: (28, 28) uint8.
        center: (x, y) of the ink's bounding box.
        half_size: Half the width and height of that box; 0 for a blank image.
        stroke_width: Between `THINNEST` and `THICKEST`.
    """

    image: np.ndarray
    center: np.ndarray
    half_size: np.ndarray
    stroke_width: float


def add_strokes(images: np.ndarray, labels: np.ndarray, rng: Rng) -> np.ndarray:
    """Return copies of images with a stroke or two added to each that has ink.

    Args:
        images: (n, 28, 28) uint8, ink bright on 0.
        labels: (n,) uint8, all of them in `ADDED_STROKES`.
        rng: Draws where the strokes begin and end.

    Returns:
        (n, 28, 28) uint8. The strokes are as wide as those of the digit.

    Examples:
        >>> blank = np.zeros((28, 28), np.uint8)
        >>> zero = cv2.ellipse(blank, (14, 14), (6, 9), 0, 0, 360, 255, 2)
        >>> slashed = add_strokes(zero[None], np.array([0], np.uint8), np.random.default_rng(0))
        >>> int(zero[14, 14]), int(slashed[0, 14, 14])
        (0, 255)
    """
    if not len(images):
        return images.copy()
    digits = [MeasuredDigit(*each) for each in zip(images, *_measure(images), strict=True)]
    strokes = [
        ADDED_STROKES[label](digit, rng) if digit.half_size.any() else []
        for label, digit in zip(labels.tolist(), digits, strict=True)
    ]
    return draw_over(images, strokes, [digit.stroke_width for digit in digits])


def slash(zero: MeasuredDigit, rng: Rng) -> list[Stroke]:
    """Return a stroke through a 0 from the upper right to the lower left, or just inside it.

    One in five is upright, as in the letter φ.
    """
    is_upright = rng.random() < UPRIGHT_FRACTION
    sideways = rng.normal(0, 0.12) if is_upright else rng.uniform(0.4, 1.1)
    direction = zero.half_size * (sideways, -rng.uniform(0.6, 1.1))
    above, below = rng.uniform(0.6, 1.4, 2)
    return [np.array([zero.center + above * direction, zero.center - below * direction])]


def flag_and_foot(one: MeasuredDigit, rng: Rng) -> list[Stroke]:
    """Return a flag at the top of a 1, a foot, or both; neither if the 1 is too faint."""
    rows = np.flatnonzero(one.image.max(axis=1) > INK)
    if len(rows) < 4:
        return []
    near_ends = one.image[rows[[1, 2, 3, -4, -3, -2]]].astype(np.float32)
    columns = near_ends @ COLUMNS / near_ends.sum(axis=1)
    top = np.array([columns[:3].mean(), rows[0] + one.stroke_width / 2])
    bottom = np.array([columns[3:].mean(), rows[-1] + 1 - one.stroke_width / 2])
    strokes = []
    has_flag = rng.random() < 0.85
    if has_flag:
        strokes.append(np.array([top, top + flag_offset(rng.uniform(2, 9), 5.5, rng)]))
    if not has_flag or rng.random() < 0.5:
        left, right = rng.uniform(0, 7), rng.uniform(2, 8)
        strokes.append(bottom + np.array([[-left, 0], [right, 0]]))
    return strokes


def bar(seven: MeasuredDigit, rng: Rng) -> list[Stroke]:
    """Return a bar through the stem of a 7."""
    row = int(seven.center[1] + seven.half_size[1] * rng.uniform(-0.25, 0.35))
    stem = np.flatnonzero(seven.image[row] > INK)
    column = float(stem.mean()) if stem.size else seven.center[0]
    left, right = rng.uniform(2.5, 7, 2)
    tilt = rng.normal(0, 0.8)
    return [np.array([[column - left, row + tilt], [column + right, row - tilt]])]


ADDED_STROKES: dict[int, Callable[[MeasuredDigit, Rng], list[Stroke]]] = {
    0: slash,
    1: flag_and_foot,
    7: bar,
}


def _measure(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return `center` (n, 2), `half_size` (n, 2) and `stroke_width` (n,) of each image."""
    ink = np.zeros((len(images), SIDE + 1, SIDE), np.uint8)  # each with a black row below it
    ink[:, :SIDE] = images > INK
    is_used = np.stack([ink[:, :SIDE].any(axis=1), ink[:, :SIDE].any(axis=2)], axis=1)
    start = is_used.argmax(axis=2)
    end = np.where(is_used.any(axis=2), SIDE - is_used[:, :, ::-1].argmax(axis=2), start)
    distances = cv2.distanceTransform(ink.reshape(-1, SIDE), cv2.DIST_L2, cv2.DIST_MASK_3)
    total = distances.reshape(ink.shape).sum(axis=(1, 2))
    # Across a stroke the distance to its edge averages a quarter of its width.
    stroke_widths = 4 * total / np.maximum(ink.sum(axis=(1, 2)), 1) - 2
    return (start + end) / 2, (end - start) / 2, np.clip(stroke_widths, THINNEST, THICKEST)
