"""Digits as groups of the pen's strokes.

A digit is nearly always a few whole strokes in a row (`mnist_core.inference.stroke_pieces`), so
digits that touch or overlap need not be cut. Each group that may be a digit is classified as if it
had been drawn alone, and dynamic programming finds the most probable ways to divide all strokes
into groups (heuristic over-segmentation: LeCun et al., "Gradient-based learning applied to document
recognition", 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.inference.ink_pieces import Piece, join_pieces

MAX_STROKES = 4  # of a digit
# Of a digit of several strokes, as fractions of the line's height.
MAX_WIDTH = 1.5
MAX_GAP = 0.4  # between a stroke and those before it


@dataclass(frozen=True, eq=False)
class StrokeGroups:
    """All groups of a line's strokes that may be digits.

    Attributes:
        strokes: How many strokes there are.
        ranges: Of each group, the number of its first stroke, and the number after its last.
        pieces: The ink of each group.
    """

    strokes: int
    ranges: tuple[tuple[int, int], ...]
    pieces: tuple[Piece, ...]


def group_strokes(strokes: Sequence[Piece]) -> StrokeGroups:
    """Return all groups of strokes that may be digits. Each stroke alone is one.

    Args:
        strokes: The strokes of a line, from left to right.

    Examples:
        >>> strokes = [Piece(np.ones((30, 4), np.float32), 0, left) for left in (0, 15, 100)]
        >>> group_strokes(strokes).ranges
        ((0, 1), (0, 2), (1, 2), (2, 3))
    """
    heights = [stroke.ink.shape[0] for stroke in strokes]
    line_height = float(np.median([height for height in heights if 2 * height > max(heights)]))
    ranges, pieces = [], []
    for first, piece in enumerate(strokes):
        ranges.append((first, first + 1))
        pieces.append(piece)
        for number in range(first + 1, min(first + MAX_STROKES, len(strokes))):
            stroke = strokes[number]
            gap = max(stroke.left - piece.right, piece.left - stroke.right)
            piece = join_pieces([piece, stroke])
            if gap > MAX_GAP * line_height or piece.ink.shape[1] > MAX_WIDTH * line_height:
                break
            ranges.append((first, number + 1))
            pieces.append(piece)
    return StrokeGroups(len(strokes), tuple(ranges), tuple(pieces))


def find_divisions(groups: StrokeGroups, scores: np.ndarray, count: int) -> list[list[int]]:
    """Return the ways to divide all strokes into groups with the highest sums of scores.

    Args:
        groups: The groups.
        scores: (n,) float, the score of each group.
        count: The largest number of ways.

    Returns:
        For each way the numbers of its groups, the best way first.

    Examples:
        >>> strokes = [Piece(np.ones((30, 4), np.float32), 0, left) for left in (0, 15, 100)]
        >>> find_divisions(group_strokes(strokes), np.array([-3.0, -1, -3, 0]), count=2)
        [[1, 3], [0, 2, 3]]
    """
    ways: list[list[tuple[float, list[int]]]] = [[] for _ in range(groups.strokes + 1)]
    ways[0] = [(0.0, [])]
    # Groups are ordered by their first stroke, so the ways up to that stroke are final.
    for number, ((first, end), score) in enumerate(zip(groups.ranges, scores, strict=True)):
        ways[end] += [(total + float(score), [*way, number]) for total, way in ways[first]]
        ways[end].sort(key=lambda way: -way[0])
        del ways[end][count:]
    return [way for _, way in ways[-1]]
