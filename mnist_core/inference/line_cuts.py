"""Cuts between the digits of a line whose places are known.

Neighbors are separated along a seam from top to bottom that crosses the least ink (Wang and Jean,
"Segmentation of merged characters by neural networks and shortest path", 1993).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mnist_core.inference.ink_pieces import Piece
from mnist_core.preprocessing.centering import crop_to_ink, ink_bounds, measure_strokes

# The cost of moving a seam by one column, in pixels of ink: seams that cross no ink are straight.
SIDESTEP_COST = 0.1
MIN_CROSSING = 0.3  # a seam that crosses less ink, in stroke widths, passes between two digits


def cut_line(line: Piece, columns: np.ndarray) -> tuple[list[Piece], np.ndarray]:
    """Cut the ink of a line into its digits.

    Args:
        line: The ink of the line.
        columns: (n,) float, where the middle of each digit is, from left to right, in columns of
            the line's ink.

    Returns:
        The ink of each digit, and (n,) bool: whether it was cut through ink.

    Examples:
        >>> ink = np.zeros((30, 40), np.float32)
        >>> ink[:, 5:8] = ink[:, 30:33] = 1
        >>> pieces, are_cut = cut_line(Piece(ink, 0, 0), np.array([6, 31]))
        >>> [piece.left for piece in pieces], are_cut.tolist()
        ([5, 30], [False, False])
        >>> ink[15:18, 5:33] = 1
        >>> cut_line(Piece(ink, 0, 0), np.array([6, 31]))[1].tolist()
        [True, True]
    """
    height, width = line.ink.shape
    middles = np.clip(np.round(columns).astype(int), 0, width - 1)
    rights = np.maximum(middles[1:], middles[:-1] + 1).clip(max=width - 1)
    seams, costs = find_seams(line.ink, middles[:-1], rights)
    edges = np.vstack([np.zeros((1, height), int), seams, np.full((1, height), width)])
    crossings = np.concatenate([[0.0], costs / max(measure_strokes(line.ink)[0], 1.0), [0.0]])
    are_cut = np.maximum(crossings[:-1], crossings[1:]) > MIN_CROSSING
    places = np.arange(width)
    pieces = []
    for left, right in pairwise(edges):
        is_own = (places >= left[:, np.newaxis]) & (places < right[:, np.newaxis])
        part = np.where(is_own, line.ink, 0)
        rows, own = ink_bounds(part)
        pieces.append(Piece(crop_to_ink(part), line.top + rows.start, line.left + own.start))
    return pieces, are_cut


def find_seams(
    ink: np.ndarray, lefts: np.ndarray, rights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the cheapest seams between pairs of columns, by dynamic programming.

    From one row to the next, a seam moves by at most one column.

    Args:
        ink: (h, w) float32 in 0..1.
        lefts: (n,) int, the first column that each seam may take.
        rights: (n,) int, the last one.

    Returns:
        (n, h) int, the first column right of each seam in each row, and (n,) float64, the ink that
        each crosses.
    """
    height, width = ink.shape
    if not len(lefts):
        return np.zeros((0, height), int), np.zeros(0)
    columns = lefts[:, np.newaxis] + np.arange((rights - lefts).max() + 1)
    is_outside = columns > rights[:, np.newaxis]
    columns = columns.clip(max=width - 1)
    moves = np.empty((height, *columns.shape), np.int8)
    options = np.empty((3, *columns.shape))
    padded = np.full((len(columns), columns.shape[1] + 2), np.inf)
    cost = padded[:, 1:-1]  # a view: the lowest cost of a seam to each column of the last row
    cost[:] = np.where(is_outside, np.inf, 0)
    for row in range(height):
        options[0] = cost
        np.add(padded[:, :-2], SIDESTEP_COST, out=options[1])
        np.add(padded[:, 2:], SIDESTEP_COST, out=options[2])
        moves[row] = options.argmin(axis=0)
        np.add(options.min(axis=0), ink[row][columns], out=cost)
        cost[is_outside] = np.inf
    numbers = np.arange(len(columns))
    positions = cost.argmin(axis=1)
    seams = np.empty((len(columns), height), int)
    for row in range(height - 1, -1, -1):
        seams[:, row] = columns[numbers, positions]
        positions = positions + np.array([0, -1, 1])[moves[row, numbers, positions]]
    crossed = ink[np.arange(height), seams].sum(axis=1, dtype=np.float64)
    return seams, crossed
