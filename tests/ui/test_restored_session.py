"""What the browser has stored is checked before it becomes part of the session."""

from typing import Any

import numpy as np
import pytest
import streamlit as st

from mnist_core.evaluation.guessing_game import Score
from ui import state
from ui.drawing.canvas_drawing import restore_canvas
from ui.drawing.canvas_report import HEIGHT, MAX_POINTS, MAX_STROKES
from ui.error_analysis.guessing_game import restore_game
from ui.images import data_uri
from ui.live_teaching import LiveTeaching
from ui.restored_session import restore_choices
from ui.state import DIGIT_CANVAS

STROKE = {"type": "Path", "path": [["M", 9.98, 10], ["Q", 10, 10, 15, 20], ["L", 20, 30]]}
PICTURE = data_uri(np.eye(HEIGHT, DIGIT_CANVAS.width, dtype=np.float32))


pytestmark = pytest.mark.usefixtures("session")


def test_a_drawing_comes_back(session: dict[str, Any]) -> None:
    """With its strokes, its pixels and the pen."""
    restore_canvas(DIGIT_CANVAS, {"strokes": [STROKE], "picture": PICTURE, "pen": 30})
    assert session[DIGIT_CANVAS.start]["objects"] == [STROKE]
    assert session[DIGIT_CANVAS.pixels].shape == (HEIGHT, DIGIT_CANVAS.width, 4)
    assert session[state.PEN_WIDTH] == 30


def test_a_drawing_that_was_begun_stays(session: dict[str, Any]) -> None:
    """It is newer than the stored one."""
    session[DIGIT_CANVAS.strokes] = {"objects": [STROKE, STROKE]}
    restore_canvas(DIGIT_CANVAS, {"strokes": [STROKE], "picture": PICTURE, "pen": 30})
    assert DIGIT_CANVAS.start not in session


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"strokes": [STROKE], "picture": None},
        {"strokes": [STROKE], "picture": "data:image/png;base64,????"},
        {"strokes": [{"type": "Script"}], "picture": PICTURE},
        {"strokes": [STROKE], "picture": data_uri(np.eye(HEIGHT + 1, dtype=np.float32))},
        {"strokes": [STROKE] * (MAX_STROKES + 1), "picture": PICTURE},
        {"strokes": [{**STROKE, "path": STROKE["path"] * MAX_POINTS}], "picture": PICTURE},
        {"strokes": "all", "picture": PICTURE},
        {"pen": 1000},
        {"pen": "wide"},
    ],
)
def test_damaged_drawings_are_ignored(session: dict[str, Any], value: object) -> None:
    """Neither strokes nor the pen change."""
    restore_canvas(DIGIT_CANVAS, value)
    assert not session


def test_choices_come_back(session: dict[str, Any]) -> None:
    """The model, its epoch, the hand, the mode and the taught model."""
    restore_choices(
        {"model": "compact", "epoch": 3, "hand": 2, "mode": "number", "live": ["t", "b", 2]}
    )
    assert session[state.MODEL_ID] == "compact"
    assert session[state.EPOCHS] == {"compact": 3}
    assert session[state.HAND_ID] == 2
    assert session[state.DRAW_MODE] == "number"
    assert session[state.LIVE_TEACHING] == LiveTeaching("t", "b", 2)


def test_a_model_in_the_address_takes_precedence(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has sent a link."""
    monkeypatch.setattr(st, "query_params", {"model": "tutorial"})
    restore_choices({"model": "compact"})
    assert state.MODEL_ID not in session


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"model": 3, "epoch": "x", "hand": "y", "mode": "z", "live": [1, 2], "language": "x"},
        {"model": [], "epoch": [], "hand": [], "mode": [], "live": [[], []], "language": []},
    ],
)
def test_damaged_choices_are_ignored(session: dict[str, Any], value: object) -> None:
    """The defaults stay."""
    restore_choices(value)
    assert not session


def test_guesses_come_back(session: dict[str, Any]) -> None:
    """With the scores of finished rounds; JSON knows no whole numbers as keys."""
    guesses = {"a": {"5": 3, "6": 0}, "b": {"7": 1}}
    restore_game({"guesses": guesses, "scores": {"a": [1, 0, 2]}})
    assert session[state.ERRORS_GUESSES] == {"a": {5: 3, 6: 0}, "b": {7: 1}}
    assert session[state.ERRORS_SCORES] == {"a": Score(1, 0, 2)}


def test_damaged_guesses_are_ignored(session: dict[str, Any]) -> None:
    """A score without its guesses would break the page."""
    restore_game([])
    restore_game({"guesses": {"a": {"x": 3, "5": 11}}, "scores": {"a": [9, 9, 9], "b": [1, 1, 1]}})
    assert session == {state.ERRORS_GUESSES: {"a": {}}, state.ERRORS_SCORES: {}}
    restore_game({"guesses": {"a": {str(n): 1 for n in range(6)}}, "scores": {}})
    assert session[state.ERRORS_GUESSES] == {"a": {}}
