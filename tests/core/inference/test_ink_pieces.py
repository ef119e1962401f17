"""Tests of mnist_core.inference.ink_pieces: connected components."""

import cv2
import numpy as np
import pytest

from mnist_core.inference.ink_pieces import find_pieces
from mnist_core.preprocessing.centering import FAINT


def test_components_are_reduced_to_the_working_height() -> None:
    """A component of 300 rows is reduced by a factor of 4; its mean ink stays the same."""
    ink = np.zeros((400, 100), np.float32)
    ink[40:340, 20:60] = 1
    (component,), factor = find_pieces(ink)
    assert factor == 4
    assert (component.top, component.bottom, component.left, component.right) == (10, 85, 5, 15)
    assert component.ink == pytest.approx(1)


def test_specks_are_left_out() -> None:
    """A component with less than 3 % of the pixels of the largest one."""
    ink = np.zeros((80, 100), np.float32)
    ink[10:60, 10:20] = ink[10:12, 50:57] = ink[10:13, 70:76] = 1
    assert [component.left for component in find_pieces(ink)[0]] == [10, 70]


def test_thin_strokes_stay_visible_and_connected() -> None:
    """A line of one pixel on 700 rows, upright and oblique, beside a thick one."""
    ink = np.zeros((700, 900), np.float32)
    ink[20:680, 100] = 1
    cv2.line(ink, (300, 20), (500, 680), 1.0, 1)
    ink[20:680, 700:720] = 1
    pieces, factor = find_pieces(ink)
    assert factor == 10
    assert len(pieces) == 3
    for piece in pieces:
        assert (piece.ink.max(axis=1) == 1).all()
        assert cv2.connectedComponents((piece.ink > FAINT).astype(np.uint8))[0] == 2
