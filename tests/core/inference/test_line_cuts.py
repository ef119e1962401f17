"""Tests of mnist_core.inference.line_cuts: seams between digits whose places are known."""

import numpy as np
import pytest

from mnist_core.inference.ink_pieces import Piece
from mnist_core.inference.line_cuts import cut_line, find_seams


def test_a_seam_crosses_the_least_ink() -> None:
    """Compared with the cheapest of all paths in a small image, found one by one."""
    ink = np.random.default_rng(0).random((5, 5)).astype(np.float32)
    paths = [
        (first, *rest)
        for first in range(1, 4)
        for rest in np.ndindex(5, 5, 5, 5)
        if (np.abs(np.diff([first, *rest])) <= 1).all() and min(rest) >= 1 and max(rest) <= 3
    ]
    crossed = [sum(ink[row, column] for row, column in enumerate(path)) for path in paths]
    costs = crossed + 0.1 * np.abs(np.diff(paths)).sum(axis=1)
    best = int(np.argmin(costs))
    (seam,), (cost,) = find_seams(ink, np.array([1]), np.array([3]))
    assert tuple(seam) == paths[best]
    assert cost == pytest.approx(crossed[best])


def test_no_ink_is_lost_at_a_cut() -> None:
    """Two bars with a bridge: each piece holds its bar and half of what lies between."""
    ink = np.zeros((64, 60), np.float32)
    ink[:, 5:11] = ink[:, 49:55] = 1
    ink[30:32, 11:49] = 1
    pieces, are_cut = cut_line(Piece(ink, top=3, left=7), np.array([8.0, 52.0]))
    assert are_cut.tolist() == [True, True]
    assert sum(float(piece.ink.sum()) for piece in pieces) == pytest.approx(float(ink.sum()))
    assert pieces[0].left == 7 + 5
    assert pieces[1].right == 7 + 55
    assert all(piece.top == 3 and piece.bottom == 67 for piece in pieces)


def test_a_seam_passes_around_leaning_digits() -> None:
    """No column between them is free of ink, and yet none is cut."""
    rows, columns = np.mgrid[:60, :80]
    first, second = (abs(columns - start - rows / 3) < 3 for start in (10, 25))
    pieces, are_cut = cut_line(Piece((first | second).astype(np.float32), 0, 0), np.array([20, 35]))
    assert not are_cut.any()
    assert [float(piece.ink.sum()) for piece in pieces] == [first.sum(), second.sum()]
    assert pieces[0].right > pieces[1].left


def test_one_digit_is_not_cut() -> None:
    """It keeps all its ink, wherever its place is said to be."""
    ink = np.zeros((20, 30), np.float32)
    ink[4:16, 5:12] = ink[4:16, 18:22] = 1
    (piece,), are_cut = cut_line(Piece(ink, 0, 0), np.array([90.0]))
    assert not are_cut.any()
    assert float(piece.ink.sum()) == float(ink.sum())
