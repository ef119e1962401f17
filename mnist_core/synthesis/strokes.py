"""Pen strokes as curves, and the picture that a round pen makes of them.

A stroke is an array of points (k, 2), x to the right and y down. Shapes are written down as a few
control points in a box of about 1 × 1; `smooth` runs a curve through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.preprocessing.normalization import normalize_ink
from mnist_core.preprocessing.scaling import as_float, as_uint8

Stroke = np.ndarray

POINTS_PER_PIECE = 6
SHIFT = 4  # OpenCV takes coordinates in sixteenths of a pixel
FINER = 4
# What people write with, as shares of the digit's longer side.
PENS, FAT_PENS = (0.05, 0.2), (0.2, 0.32)
PREPARED_SIDE, PREPARED_MARGIN = 72, 16


def smooth(points: Sequence[tuple[float, float]] | np.ndarray) -> Stroke:
    """Run a Catmull-Rom curve through the points; a point given twice is a corner."""
    given = np.asarray(points, np.float32)
    if len(given) < 3:
        return given
    padded = np.concatenate([given[:1], given, given[-1:]])
    pieces = np.stack([padded[:-3], padded[1:-2], padded[2:-1], padded[3:]], axis=1)
    curve = np.einsum("tk,pkc->ptc", _basis(), pieces).reshape(-1, 2)
    return np.concatenate([curve, given[-1:]])


def write_by_hand(
    points: Sequence[tuple[float, float]] | np.ndarray, unsteady: float, rng: np.random.Generator
) -> Stroke:
    """Move each point a little and run a curve through them; corners stay corners.

    Args:
        points: As for `smooth`.
        unsteady: The standard deviation of the moves, in the units of the points.
        rng: Decides them.
    """
    given = np.asarray(points, np.float32)
    moved = given + rng.normal(0, unsteady, given.shape)
    for index in np.flatnonzero((given[1:] == given[:-1]).all(axis=1)) + 1:
        moved[index] = moved[index - 1]
    return smooth(moved)


def arc(
    center: tuple[float, float], radii: tuple[float, float], start: float, end: float, points: int
) -> Stroke:
    """Return points on an ellipse, angles in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, end, points))
    return np.stack(
        [center[0] + radii[0] * np.cos(angles), center[1] + radii[1] * np.sin(angles)], axis=1
    )


def draw(strokes: Sequence[Stroke], pen: float, side: int, margin: int) -> np.ndarray:
    """Draw strokes with a round pen, in white on black.

    Args:
        strokes: In any units.
        pen: The pen's width as a share of the drawing's longer side.
        side: The longer side of the strokes' bounding box in pixels.
        margin: Black pixels around that box, at least half the pen's width.

    Returns:
        (h, w) uint8, antialiased.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side / max(float((high - low).max()), 1e-6)
    width, height = np.ceil((high - low) * scale).astype(int) + 2 * margin
    picture = np.zeros((height, width), np.uint8)
    paths = [
        np.round(((stroke - low) * scale + margin) * (1 << SHIFT)).astype(np.int32)
        for stroke in strokes
    ]
    thickness = max(1, round(pen * side))
    cv2.polylines(picture, paths, False, 255, thickness, cv2.LINE_AA, SHIFT)
    return picture


def draw_prepared(strokes: Sequence[Stroke], pen: float) -> np.ndarray:
    """Draw strokes with a round pen and prepare them as every drawing is: (28, 28) uint8.

    Args:
        strokes: In any units.
        pen: The pen's width as a share of the drawing's longer side.
    """
    return prepare(draw(strokes, pen, PREPARED_SIDE, PREPARED_MARGIN))


def prepare(picture: np.ndarray) -> np.ndarray:
    """Prepare a picture, (h, w) uint8 with ink bright on 0, as every drawing is: (28, 28) uint8."""
    image = normalize_ink(as_float(picture))
    return np.zeros((SIDE, SIDE), np.uint8) if image is None else as_uint8(image)


def draw_over(image: np.ndarray, strokes: Sequence[Stroke], pen: float) -> np.ndarray:
    """Return an image with strokes over its ink, (h, w) uint8.

    Args:
        image: (h, w) uint8.
        strokes: In pixels, the image's upper left corner being (0, 0).
        pen: The pen's width in pixels.
    """
    height, width = image.shape
    fine = np.zeros((height * FINER, width * FINER), np.uint8)
    paths = [np.round(stroke * FINER * (1 << SHIFT)).astype(np.int32) for stroke in strokes]
    cv2.polylines(fine, paths, False, 255, max(1, round(pen * FINER)), cv2.LINE_8, SHIFT)
    drawn = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return np.maximum(image, drawn)


@lru_cache(maxsize=1)
def _basis() -> np.ndarray:
    """Return (points, 4): the weights of four neighboring control points along one piece."""
    t = np.linspace(0, 1, POINTS_PER_PIECE, endpoint=False, dtype=np.float32)
    return 0.5 * np.stack(
        [
            -t + 2 * t**2 - t**3,
            2 - 5 * t**2 + 3 * t**3,
            t + 4 * t**2 - 3 * t**3,
            -(t**2) + t**3,
        ],
        axis=1,
    )
