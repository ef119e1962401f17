"""Tests of mnist_core.inference.ink_pieces: connected components and seams."""

import numpy as np
import pytest

from mnist_core.inference.ink_pieces import Piece, cut_component, find_components, find_seams


def test_components_are_reduced_to_the_working_height() -> None:
    """A component of 300 rows is reduced by a factor of 4; its mean ink stays the same."""
    ink = np.zeros((400, 100), np.float32)
    ink[40:340, 20:60] = 1
    (component,), factor = find_components(ink)
    assert factor == 4
    assert (component.top, component.bottom, component.left, component.right) == (10, 85, 5, 15)
    assert component.ink == pytest.approx(1)


def test_specks_are_left_out() -> None:
    """A component with less than 3 % of the pixels of the largest one."""
    ink = np.zeros((80, 100), np.float32)
    ink[10:60, 10:20] = ink[10:12, 50:57] = ink[10:13, 70:76] = 1
    assert [component.left for component in find_components(ink)[0]] == [10, 70]


def test_a_seam_crosses_the_least_ink() -> None:
    """Compared with the cheapest of all paths in a small image, found one by one."""
    ink = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    paths = [
        (first, *rest)
        for first in range(3)
        for rest in np.ndindex(3, 3, 3, 3)
        if (np.abs(np.diff([first, *rest])) <= 1).all()
    ]
    costs = [
        sum(ink[row, column] for row, column in enumerate(path)) + 0.1 * np.abs(np.diff(path)).sum()
        for path in paths
    ]
    (seam,), (cost,) = find_seams(ink, line_height=5)
    assert cost == pytest.approx(min(costs))
    assert tuple(seam) == paths[int(np.argmin(costs))]


def test_a_component_is_cut_at_a_thin_bridge() -> None:
    """No ink is lost, and the two bars are separate pieces."""
    ink = np.zeros((64, 60), np.float32)
    ink[:, 5:11] = ink[:, 49:55] = 1
    ink[30:32, 11:49] = 1
    pieces = cut_component(Piece(ink, top=3, left=7), line_height=64)
    assert len(pieces) >= 2
    assert sum(float(piece.ink.sum()) for piece in pieces) == pytest.approx(float(ink.sum()))
    assert min(piece.left for piece in pieces) == 7 + 5
    assert max(piece.right for piece in pieces) == 7 + 55


def test_a_seam_across_four_strokes_is_not_cut() -> None:
    """It crosses more ink than 2.5 stroke widths."""
    ink = np.zeros((63, 60), np.float32)
    ink[:, :6] = ink[:6] = ink[19:25] = ink[38:44] = ink[57:] = 1
    (piece,) = cut_component(Piece(ink, 0, 0), line_height=63)
    assert piece.ink.shape == ink.shape
