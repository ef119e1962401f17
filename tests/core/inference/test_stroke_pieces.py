"""Tests of mnist_core.inference.stroke_pieces: strokes of the pen as pieces of a number."""

import cv2
import numpy as np
import pytest

from mnist_core.inference.ink_pieces import Piece
from mnist_core.inference.stroke_pieces import (
    MAX_STROKES,
    check_strokes,
    draw_pieces,
    order_strokes,
)
from mnist_core.preprocessing.drawing import DrawingError


def draw(*strokes: list[tuple[int, int]], width: int = 14) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the ink of strokes, (200, 600) float32, and the strokes."""
    canvas = np.zeros((200, 600), np.uint8)
    for stroke in strokes:
        cv2.polylines(canvas, [np.array(stroke)], False, 255, width, cv2.LINE_AA)
    return canvas / np.float32(255), [np.array(stroke, np.float32) for stroke in strokes]


@pytest.mark.parametrize("width", [6, 14, 30])
def test_crossing_strokes_are_separate_pieces(width: int) -> None:
    """Each is as wide as on the drawing, and has the ink of the crossing as well."""
    ink, strokes = draw([(100, 40), (100, 160)], [(40, 100), (160, 100)], width=width)
    pieces, factor = draw_pieces(ink, strokes)
    stem, bar = sorted(pieces, key=lambda piece: piece.ink.shape[1])
    assert stem.ink.shape[1] * factor == pytest.approx(width, abs=2 * factor + 2)
    assert bar.ink.shape[0] * factor == pytest.approx(width, abs=2 * factor + 2)
    assert stem.ink.shape[0] * factor == pytest.approx(120 + width, abs=2 * factor + 2)


def test_a_later_bar_follows_the_stroke_that_it_crosses() -> None:
    """Of three stems the first is crossed at last."""
    stems = [[(x, 40), (x, 160)] for x in (100, 250, 400)]
    ink, strokes = draw(*stems, [(70, 100), (130, 100)])
    pieces, factor = draw_pieces(ink, strokes)
    middles = [factor * (piece.left + piece.right) / 2 for piece in pieces]
    assert middles == pytest.approx([100, 100, 250, 400], abs=4)
    assert pieces[1].ink.shape[1] > pieces[1].ink.shape[0]


def test_a_digit_that_is_written_later_takes_its_place() -> None:
    """It touches no other stroke, so it follows the one at its left."""
    boxes = [(0, 20), (100, 120), (50, 70)]
    pieces = [Piece(np.ones((60, right - left), np.float32), 0, left) for left, right in boxes]
    assert [piece.left for piece in order_strokes(pieces)] == [0, 50, 100]


def test_strokes_off_the_ink_and_dots_are_left_out() -> None:
    """As after Undo, when the drawing is newer than the strokes; and a tap of the finger."""
    ink, strokes = draw([(100, 20), (100, 180)], [(300, 100), (301, 100)], width=4)
    gone = np.array([[500, 20], [500, 180]], np.float32)
    assert len(draw_pieces(ink, [*strokes, gone])[0]) == 1


def test_bad_strokes_are_rejected() -> None:
    """The message names the shape; too many strokes are not used."""
    ink, strokes = draw([(100, 20), (100, 180)])
    with pytest.raises(DrawingError, match=r"shape \(3,\).*expected \(n, 2\)"):
        check_strokes([*strokes, np.zeros(3)])
    assert draw_pieces(ink, strokes * (MAX_STROKES + 1)) == ([], 1)
    outside = np.array([[np.nan, 20], [1e9, -1e9]])
    assert len(draw_pieces(ink, [*strokes, outside])[0]) == 1


def test_ink_without_a_stroke_makes_the_strokes_useless() -> None:
    """As when the strokes are older than the drawing; a blank drawing has no pieces either."""
    ink, strokes = draw([(100, 20), (100, 180)], [(300, 20), (300, 180)])
    assert draw_pieces(ink, strokes[:1]) == ([], 1)
    assert draw_pieces(np.zeros_like(ink), strokes) == ([], 1)
