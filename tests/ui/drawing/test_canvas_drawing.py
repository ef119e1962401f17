"""Undo and redo of strokes, and the reports of the browser in between."""

from typing import Any

import pytest

from ui import state
from ui.drawing.canvas_drawing import clear, extend_history, get_objects, redo, undo
from ui.state import DIGIT_CANVAS as KEYS

A, B, C = ({"type": "path", "path": [["M", x, x]]} for x in range(3))


@pytest.fixture
def canvas(session: dict[str, Any]) -> dict[str, Any]:
    """Draw two strokes."""
    report(session, [A])
    report(session, [A, B])
    return session


def report(session: dict[str, Any], strokes: list[Any]) -> None:
    """Store what the browser reports."""
    session[KEYS.strokes] = {"objects": strokes}
    extend_history(KEYS)


def test_redo_restores_what_undo_removed_in_turn(canvas: dict[str, Any]) -> None:
    """The last one removed comes first; there is nothing left after all of them."""
    for remaining in ([A], []):
        undo(KEYS)
        assert get_objects(KEYS) == remaining
    for restored in ([A], [A, B], [A, B]):
        redo(KEYS)
        assert get_objects(KEYS) == restored


def test_a_late_report_loses_no_stroke(canvas: dict[str, Any]) -> None:
    """The browser may report the blank canvas after a stroke was put back, and then that stroke."""
    undo(KEYS)
    undo(KEYS)
    redo(KEYS)
    report(canvas, [])
    report(canvas, [A])
    redo(KEYS)
    assert get_objects(KEYS) == [A, B]


def test_a_new_stroke_ends_what_can_be_redone(canvas: dict[str, Any]) -> None:
    """The stroke that it replaced does not come back."""
    undo(KEYS)
    report(canvas, [A, C])
    redo(KEYS)
    assert get_objects(KEYS) == [A, C]
    undo(KEYS)
    redo(KEYS)
    assert get_objects(KEYS) == [A, C]


def test_undo_does_not_take_back_what_was_kept_before_another_drawing(
    canvas: dict[str, Any],
) -> None:
    """It brings the other drawing back."""
    canvas[state.KEPT] = {KEYS.widget: "note"}
    clear(KEYS)
    undo(KEYS)
    assert get_objects(KEYS) == [A, B]
    assert canvas[state.KEPT] == {}


def test_nothing_is_redone_on_a_cleared_canvas(canvas: dict[str, Any]) -> None:
    """Undo restores the drawing as it was when it was cleared."""
    undo(KEYS)
    clear(KEYS)
    redo(KEYS)
    assert get_objects(KEYS) == []
    undo(KEYS)  # restores the drawing
    assert get_objects(KEYS) == [A]
