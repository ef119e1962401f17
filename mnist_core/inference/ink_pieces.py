"""Pieces of ink, such as the connected components of a line of handwriting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.preprocessing.centering import FAINT, measure_strokes

# The ink is reduced until its tallest component has 64 to 127 rows: enough to cut well, and fast.
WORKING_HEIGHT = 64
# Components with fewer pixels, as a fraction of the largest component's, are specks.
MIN_COMPONENT_FRACTION = 0.03
# A mark that is not a digit, such as a point or a minus, is lower than this, as a fraction of the
# tallest piece, its middle lies further below the line's top than this, and it is alone in its
# columns.
MAX_MARK_HEIGHT, MIN_MARK_DEPTH = 0.3, 0.35


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected component or a part of one, at working size.

    Attributes:
        ink: (h, w) float32 in 0..1.
        top: The row of its upper edge.
        left: The column of its left edge.
    """

    ink: np.ndarray
    top: int
    left: int

    @property
    def bottom(self) -> int:
        """The row below its lower edge."""
        return self.top + self.ink.shape[0]

    @property
    def right(self) -> int:
        """The column right of its right edge."""
        return self.left + self.ink.shape[1]

    def draw(self, ink: np.ndarray, top: int, left: int) -> None:
        """Draw the piece into other ink, whose upper left corner is at (top, left)."""
        rows = slice(self.top - top, self.bottom - top)
        columns = slice(self.left - left, self.right - left)
        np.maximum(ink[rows, columns], self.ink, out=ink[rows, columns])


def join_pieces(pieces: Iterable[Piece]) -> Piece:
    """Return several pieces as one.

    Examples:
        >>> first, second = Piece(np.ones((3, 2)), 0, 0), Piece(np.ones((2, 2)), 2, 5)
        >>> joined = join_pieces([first, second])
        >>> joined.ink.shape, joined.right
        ((4, 7), 7)
    """
    parts = list(pieces)
    top, bottom = min(p.top for p in parts), max(p.bottom for p in parts)
    left, right = min(p.left for p in parts), max(p.right for p in parts)
    joined = Piece(np.zeros((bottom - top, right - left), np.float32), top, left)
    for part in parts:
        part.draw(joined.ink, top, left)
    return joined


def split_marks(pieces: Iterable[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Tell pieces of digits from marks between them, such as points, commas and minus signs.

    Returns:
        The pieces of digits, and the marks.

    Examples:
        >>> stem, dot = Piece(np.ones((60, 8)), 0, 0), Piece(np.ones((8, 8)), 54, 20)
        >>> [len(each) for each in split_marks([stem, dot])]
        [1, 1]
    """
    parts = list(pieces)
    tops, bottoms, lefts, rights = np.array([(p.top, p.bottom, p.left, p.right) for p in parts]).T
    heights = bottoms - tops
    is_small = heights < MAX_MARK_HEIGHT * heights.max()
    is_low = (tops + bottoms) / 2 > tops.min() + MIN_MARK_DEPTH * heights.max()
    begun = np.searchsorted(np.sort(lefts), rights, "left")
    ended = np.searchsorted(np.sort(rights), lefts, "right")
    is_alone = begun - ended == 1  # in its columns
    is_mark = is_small & is_low & is_alone
    digits = [part for part, is_one in zip(parts, is_mark, strict=True) if not is_one]
    return digits, [parts[number] for number in np.flatnonzero(is_mark)]


def find_pieces(ink: np.ndarray) -> tuple[list[Piece], int]:
    """Find the connected components of ink, without specks.

    Args:
        ink: (h, w) float32 in 0..1.

    Returns:
        Each component at working size, and the factor by which the ink was reduced.

    Examples:
        >>> ink = np.zeros((90, 200), np.float32)
        >>> ink[10:80, 20:30] = ink[10:80, 120:130] = 1
        >>> pieces, factor = find_pieces(ink)
        >>> [piece.left for piece in pieces], factor
        ([20, 120], 1)
    """
    strokes = (ink > FAINT).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    areas = statistics[:, cv2.CC_STAT_AREA]
    numbers = [i for i in range(1, count) if areas[i] >= MIN_COMPONENT_FRACTION * areas[1:].max()]
    if not numbers:
        return [], 1
    factor = max(1, int(statistics[numbers, cv2.CC_STAT_HEIGHT].max()) // WORKING_HEIGHT)
    pieces = []
    for number in numbers:
        x, y, width, height = (int(v) for v in statistics[number, : cv2.CC_STAT_AREA])
        left, top = x // factor, y // factor
        right, bottom = -(-(x + width) // factor), -(-(y + height) // factor)
        is_own = labels[y : y + height, x : x + width] == number
        full = np.zeros(((bottom - top) * factor, (right - left) * factor), np.float32)
        corner = full[y - top * factor :, x - left * factor :][:height, :width]
        corner[:] = np.where(is_own, ink[y : y + height, x : x + width], 0)
        pieces.append(Piece(reduce_ink(full, factor), top, left))
    return pieces, factor


def reduce_ink(ink: np.ndarray, factor: int) -> np.ndarray:
    """Reduce ink by a whole factor.

    Strokes that would become thinner than a pixel would also become as faint as background. They
    are reduced to the strongest ink in each pixel instead of the mean, and stay connected.

    Args:
        ink: (h, w) float32 in 0..1; both sides are multiples of the factor.
        factor: By how much it is reduced.

    Returns:
        (h / factor, w / factor) float32 in 0..1.

    Examples:
        >>> ink = np.zeros((40, 20), np.float32)
        >>> ink[:, 2] = 1
        >>> reduce_ink(ink, 10).tolist()
        [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]
    """
    rows, columns = (side // factor for side in ink.shape)
    if measure_strokes(ink)[0] < factor:
        return np.asarray(ink.reshape(rows, factor, columns, factor).max(axis=(1, 3)))
    return np.asarray(cv2.resize(ink, (columns, rows), interpolation=cv2.INTER_AREA))
