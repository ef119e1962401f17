"""Pen strokes as curves, and images of them drawn with a round pen.

A stroke is an array of points (k, 2), x to the right and y down. Shapes are given as a few control
points in a box of about 1 × 1; `smooth` fits a curve through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.scaling import as_float, as_uint8

Stroke = np.ndarray
Points = Sequence[tuple[float, float]]

# Ranges of pen widths, as fractions of the digit's longer side.
PEN_WIDTHS, FAT_PEN_WIDTHS = (0.05, 0.2), (0.2, 0.32)
PREPARED_SIDE, PREPARED_MARGIN = 72, 16  # pixels at which strokes are drawn before preparation
POINTS_PER_SEGMENT = 6
SUBPIXEL_BITS = 4  # OpenCV takes coordinates in sixteenths of a pixel
SUPERSAMPLING = 4


def smooth(points: Points | np.ndarray) -> Stroke:
    """Return a Catmull-Rom curve through the points; a repeated point makes a corner.

    Args:
        points: (k, 2). Fewer than three points are returned as they are.

    Returns:
        (m, 2) float32, six points for each pair of neighboring control points, and the last one.

    Examples:
        >>> smooth([(0, 0), (1, 1), (2, 0)]).shape
        (13, 2)
    """
    control = np.asarray(points, np.float32)
    if len(control) < 3:
        return control
    padded = np.concatenate([control[:1], control, control[-1:]])
    segments = np.stack([padded[:-3], padded[1:-2], padded[2:-1], padded[3:]], axis=1)
    curve = np.einsum("tk,pkc->ptc", _basis(), segments).reshape(-1, 2)
    return np.concatenate([curve, control[-1:]])


def write_by_hand(
    points: Points | np.ndarray, unsteadiness: float, rng: np.random.Generator
) -> Stroke:
    """Return a smooth curve through randomly shifted points; corners stay corners.

    Args:
        points: As for `smooth`.
        unsteadiness: Standard deviation of the shifts, in the units of the points.
        rng: Draws the shifts.
    """
    control = np.asarray(points, np.float32)
    shifted = control + rng.normal(0, unsteadiness, control.shape)
    for index in np.flatnonzero((control[1:] == control[:-1]).all(axis=1)) + 1:
        shifted[index] = shifted[index - 1]
    return smooth(shifted)


def arc(
    center: tuple[float, float], radii: tuple[float, float], start: float, end: float, points: int
) -> Stroke:
    """Return points on an ellipse, (points, 2) float64.

    Args:
        center: x and y.
        radii: Horizontal and vertical.
        start: The first point's angle in degrees, clockwise from the right.
        end: The last point's angle.
        points: How many points.
    """
    angles = np.radians(np.linspace(start, end, points))
    return np.stack(
        [center[0] + radii[0] * np.cos(angles), center[1] + radii[1] * np.sin(angles)], axis=1
    )


def draw(strokes: Sequence[Stroke], pen_width: float, side: int, margin: int) -> np.ndarray:
    """Draw strokes with a round pen, white on black.

    Args:
        strokes: In any units.
        pen_width: As a fraction of the drawing's longer side.
        side: The longer side of the strokes' bounding box in pixels.
        margin: Black pixels around that box, at least half the pen's width.

    Returns:
        (h, w) uint8, antialiased.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side / max(float((high - low).max()), 1e-6)
    width, height = np.ceil((high - low) * scale).astype(int) + 2 * margin
    image = np.zeros((height, width), np.uint8)
    paths = [
        np.round(((stroke - low) * scale + margin) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        for stroke in strokes
    ]
    thickness = max(1, round(pen_width * side))
    cv2.polylines(image, paths, False, 255, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    return image


def draw_prepared(strokes: Sequence[Stroke], pen_width: float) -> np.ndarray:
    """Draw strokes with a round pen and prepare the image like any other drawing.

    Args:
        strokes: In any units.
        pen_width: As a fraction of the drawing's longer side.

    Returns:
        (28, 28) uint8.
    """
    return prepare(draw(strokes, pen_width, PREPARED_SIDE, PREPARED_MARGIN))


def prepare(image: np.ndarray) -> np.ndarray:
    """Fit and center an image's ink as `prepare_drawing` does.

    Args:
        image: (h, w) uint8, ink bright on 0.

    Returns:
        (28, 28) uint8; all 0 for an image without ink.
    """
    prepared = normalize_ink(as_float(image))
    if prepared is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    return as_uint8(prepared)


def draw_over(
    images: np.ndarray, strokes: Sequence[Sequence[Stroke]], pen_widths: Sequence[float]
) -> np.ndarray:
    """Return copies of images with strokes drawn over them.

    Args:
        images: (n, h, w) uint8, at least one.
        strokes: Those of each image, in pixels from its upper left corner.
        pen_widths: That of each image, in pixels.

    Returns:
        (n, h, w) uint8.
    """
    count, height, width = images.shape
    fine = np.zeros((count, height * SUPERSAMPLING, width * SUPERSAMPLING), np.uint8)
    scale = SUPERSAMPLING * (1 << SUBPIXEL_BITS)
    for canvas, lines, pen_width in zip(fine, strokes, pen_widths, strict=True):
        paths = [np.round(stroke * scale).astype(np.int32) for stroke in lines]
        thickness = max(1, round(float(pen_width) * SUPERSAMPLING))
        cv2.polylines(canvas, paths, False, 255, thickness, cv2.LINE_8, SUBPIXEL_BITS)
    tall = fine.reshape(-1, width * SUPERSAMPLING)
    drawn = cv2.resize(tall, (width, count * height), interpolation=cv2.INTER_AREA)
    return np.maximum(images, drawn.reshape(images.shape))


@lru_cache(maxsize=1)
def _basis() -> np.ndarray:
    """Return the weights of a segment's four control points, (POINTS_PER_SEGMENT, 4) float32."""
    t = np.linspace(0, 1, POINTS_PER_SEGMENT, endpoint=False, dtype=np.float32)
    return 0.5 * np.stack(
        [
            -t + 2 * t**2 - t**3,
            2 - 5 * t**2 + 3 * t**3,
            t + 4 * t**2 - 3 * t**3,
            -(t**2) + t**3,
        ],
        axis=1,
    )
