"""Pieces of ink from the strokes of the pen: each stroke is one piece of a number.

A digit is nearly always a run of whole strokes in time, so digits that touch or overlap need not be
cut. The exceptions are strokes that are added later, such as the bar of a 7: `order_strokes` moves
them to the stroke that they cross.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.inference.ink_pieces import (
    MIN_COMPONENT_FRACTION,
    WORKING_HEIGHT,
    Piece,
    reduce_ink,
)
from mnist_core.messages import message
from mnist_core.preprocessing.drawing import DrawingError
from mnist_core.preprocessing.ink_measures import edge_distance
from mnist_core.preprocessing.scaling import as_float

MAX_STROKES = 200
SUBPIXEL_BITS = 4  # OpenCV takes coordinates in sixteenths of a pixel
# The strokes of the canvas are curves beside the pen's positions; this is added to their width, in
# pixels, and what is not ink is taken away again.
TOLERANCE = 2
MAX_UNCOVERED_FRACTION = 0.1  # of the ink
# A stroke whose middle is further left of the previous stroke's than this, in heights of the line,
# was added later.
BACKWARD = 0.4


def draw_pieces(ink: np.ndarray, strokes: Sequence[np.ndarray]) -> tuple[list[Piece], int]:
    """Draw each stroke of a drawing alone, as wide as in the drawing.

    Args:
        ink: (h, w) float32 in 0..1, the whole drawing.
        strokes: (n, 2) float arrays, x and y in pixels of the drawing, in the order drawn.

    Returns:
        The strokes at working size, from left to right, without specks, and the factor by which
        the ink was reduced. No pieces if there are too many strokes, or if there is much ink that
        is not theirs.

    Examples:
        >>> ink = np.zeros((90, 200), np.float32)
        >>> ink[10:80, 20:30] = ink[10:80, 120:130] = 1
        >>> strokes = [np.array([[25, 15], [25, 75]]), np.array([[125, 15], [125, 75]])]
        >>> pieces, factor = draw_pieces(ink, strokes)
        >>> [piece.left for piece in pieces], factor
        ([20, 120], 1)
    """
    if len(strokes) > MAX_STROKES:
        return [], 1
    depth = edge_distance(ink > 0.5)
    drawn = [each for stroke in strokes if (each := _draw_stroke(ink, depth, stroke)) is not None]
    if _measure_uncovered_ink(ink, drawn) > MAX_UNCOVERED_FRACTION:
        return [], 1
    areas = [float(part.sum()) for part, _, _ in drawn]
    drawn = [
        each
        for each, area in zip(drawn, areas, strict=True)
        if area > MIN_COMPONENT_FRACTION * max(areas)
    ]
    factor = max(1, max(part.shape[0] for part, _, _ in drawn) // WORKING_HEIGHT)
    pieces = [_reduce(*each, factor) for each in drawn]
    return order_strokes(pieces), factor


def check_strokes(strokes: Sequence[np.ndarray]) -> None:
    """Raise an error for what are not strokes.

    Args:
        strokes: Expected to be (n, 2) float arrays with at least one point each.

    Raises:
        DrawingError: A stroke is of another shape.
    """
    for stroke in strokes:
        shape = np.shape(stroke)
        if len(shape) != 2 or shape[0] < 1 or shape[1] != 2:
            raise DrawingError(
                message(
                    "A stroke of shape {shape} cannot be read; expected (n, 2): x and y of at "
                    "least one point, in pixels of the drawing.",
                    shape=shape,
                )
            )


def order_strokes(pieces: Sequence[Piece]) -> list[Piece]:
    """Move strokes that were added later to the strokes that they belong to.

    A stroke far to the left of the previous one follows the stroke whose ink it shares most, or
    else the one at its left.

    Args:
        pieces: In the order drawn.
    """
    line_height = float(np.median([piece.ink.shape[0] for piece in pieces]))
    ordered: list[Piece] = []
    for piece in pieces:
        center = piece.left + piece.right
        position = len(ordered)
        if ordered and ordered[-1].left + ordered[-1].right - center > 2 * BACKWARD * line_height:
            shared = [_measure_shared_ink(piece, other) for other in ordered]
            if max(shared) > 0:
                position = int(np.argmax(shared)) + 1
            else:
                position = sum(other.left + other.right < center for other in ordered)
        ordered.insert(position, piece)
    return ordered


def _draw_stroke(
    ink: np.ndarray, depth: np.ndarray, stroke: np.ndarray
) -> tuple[np.ndarray, int, int] | None:
    """Return a stroke's ink with its top and left in the drawing, or None without ink."""
    points = np.asarray(stroke, np.float32)
    height, width = ink.shape
    points = np.clip(np.nan_to_num(points), 0, [width - 1, height - 1])
    columns, rows = np.round(points).astype(int).T
    pen_width = 2 * float(np.median(depth[rows, columns])) - 1
    if pen_width <= 0:
        return None
    thickness = max(1, round(pen_width) + TOLERANCE)
    margin = thickness // 2 + 2
    left, top = np.maximum(np.floor(points.min(axis=0)).astype(int) - margin, 0).tolist()
    right, bottom = (np.ceil(points.max(axis=0)).astype(int) + margin + 1).tolist()
    own_ink = ink[top:bottom, left:right]
    image = np.zeros(own_ink.shape, np.uint8)
    path = np.round((np.concatenate([points, points[-1:]]) - [left, top]) * (1 << SUBPIXEL_BITS))
    cv2.polylines(image, [path.astype(np.int32)], False, 255, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
    return np.minimum(as_float(image), own_ink), top, left


def _measure_uncovered_ink(ink: np.ndarray, drawn: Sequence[tuple[np.ndarray, int, int]]) -> float:
    """Return the fraction of the ink that is on none of the strokes, 1 without any ink."""
    covered = np.zeros_like(ink)
    for part, top, left in drawn:
        own = covered[top : top + part.shape[0], left : left + part.shape[1]]
        np.maximum(own, part, out=own)
    return 1 - float(covered.sum()) / max(float(ink.sum()), 1e-6)


def _reduce(ink: np.ndarray, top: int, left: int, factor: int) -> Piece:
    """Reduce a part of the drawing by a factor, in steps of whole reduced pixels."""
    height, width = ink.shape
    above, before = top % factor, left % factor
    below, after = -(above + height) % factor, -(before + width) % factor
    full = np.pad(ink, ((above, below), (before, after)))
    small = reduce_ink(full, factor)
    x, y, width, height = cv2.boundingRect((small > 0).astype(np.uint8))
    return Piece(small[y : y + height, x : x + width], top // factor + y, left // factor + x)


def _measure_shared_ink(first: Piece, second: Piece) -> float:
    """Return how much ink lies on both pieces."""
    top, bottom = max(first.top, second.top), min(first.bottom, second.bottom)
    left, right = max(first.left, second.left), min(first.right, second.right)
    if top >= bottom or left >= right:
        return 0.0
    parts = [
        piece.ink[top - piece.top : bottom - piece.top, left - piece.left : right - piece.left]
        for piece in (first, second)
    ]
    return float(np.minimum(*parts).sum())
