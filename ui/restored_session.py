"""What comes back after a reload: the canvases, the choices, the guesses, the place on Learn."""

from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import Any

import streamlit as st

from mnist_core.messages import LANGUAGES
from ui import state
from ui.components.browser_memory import remember
from ui.drawing.canvas_drawing import restore_canvas
from ui.drawing.guided_round import ASKED, restore_asked
from ui.error_analysis.guessing_game import GAME, restore_game
from ui.learn.progress import PROGRESS, restore_progress
from ui.live_teaching import LiveTeaching
from ui.state import DIGIT_CANVAS, HAND_CANVAS, NUMBER_CANVAS

CHOICES = "choices"
LIVE_TYPES = [str, str, int]
MODES = ("digit", "number", "picture")


def remember_choices() -> None:
    """Store the model, the hand and the mode of the Draw page in the browser."""
    session = st.session_state
    model_id = session.get(state.MODEL_ID)
    choices = {
        "model": model_id,
        "epoch": session.get(state.EPOCHS, {}).get(model_id),
        "hand": session.get(state.HAND_ID),
        "mode": session.get(state.DRAW_MODE),
        "language": session.get(state.LANGUAGE),
        "live": astuple(session[state.LIVE_TEACHING]) if state.LIVE_TEACHING in session else None,
    }
    remember(CHOICES, choices)


def restore_choices(value: Any) -> None:
    """Choose what the browser has stored; a model in the page’s address takes precedence.

    Ids of models and hands that do not exist are ignored where they are used.
    """
    if not isinstance(value, dict):
        return
    session = st.session_state
    model_id, epoch = value.get("model"), value.get("epoch")
    if isinstance(model_id, str) and "model" not in st.query_params:
        session[state.MODEL_ID] = model_id
        if isinstance(epoch, int):
            session.setdefault(state.EPOCHS, {})[model_id] = epoch
    if isinstance(hand_id := value.get("hand"), int):
        session[state.HAND_ID] = hand_id
    if isinstance(live := value.get("live"), list) and [type(each) for each in live] == LIVE_TYPES:
        session[state.LIVE_TEACHING] = LiveTeaching(*live)
    if isinstance(language := value.get("language"), str) and language in LANGUAGES:
        session[state.LANGUAGE] = language
    if (mode := value.get("mode")) in MODES:
        session[state.DRAW_MODE] = mode


def _restore_canvas(keys: state.CanvasKeys) -> Callable[[Any], None]:
    return lambda value: restore_canvas(keys, value)


RESTORERS: Mapping[str, Callable[[Any], None]] = {
    CHOICES: restore_choices,
    GAME: restore_game,
    PROGRESS: restore_progress,
    ASKED: restore_asked,
    **{keys.widget: _restore_canvas(keys) for keys in (DIGIT_CANVAS, NUMBER_CANVAS, HAND_CANVAS)},
}
"""By name of a stored value, the function that puts it into the session state."""
