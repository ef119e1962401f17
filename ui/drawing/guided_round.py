"""The guided round: it asks for the digits of which a hand has the fewest drawings."""

from typing import Any

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.runs.model_registry import TrainedModel
from ui import state
from ui.components.announcement import announce
from ui.components.browser_memory import remember
from ui.components.received import is_whole
from ui.drawing.canvas import show_canvas
from ui.drawing.feedback import KeptNote, keep_drawing, show_keep_button, take_back
from ui.hand_errors import show_hand_error
from ui.language import _
from ui.state import HAND_CANVAS

ASKED = "asked"


def choose_digit(counts: np.ndarray) -> int:
    """Return the digit to ask for: the chosen one, else the one with the fewest drawings.

    Args:
        counts: (10,) int, the number of drawings of each digit.
    """
    asked = st.session_state.get(state.HAND_ASKED)
    return int(counts.argmin()) if asked is None else asked


def ask_for(digit: int | None) -> None:
    """Ask for a digit; None for the one with the fewest drawings."""
    st.session_state[state.HAND_ASKED] = digit


def restore_asked(value: Any) -> None:
    """Ask for the digit that the browser has stored, for the drawing on the canvas."""
    if is_whole(value, 0, 9):
        ask_for(value)


def show_round(model: TrainedModel, classifier: Classifier, counts: np.ndarray) -> None:
    """Show a canvas and ask for a digit.

    Args:
        model: The model that predicts what is written.
        classifier: The same model, loaded.
        counts: (10,) int, the number of drawings of each digit.
    """
    digit = choose_digit(counts)

    def keep() -> None:
        if keep_drawing(model, classifier, HAND_CANVAS, digit):
            ask_for(None)

    def bring_back() -> None:
        if (label := take_back(HAND_CANVAS)) is not None:
            ask_for(label)

    with st.container(horizontal=True, gap="large", key="hand_round"):
        pixels = show_canvas(HAND_CANVAS, on_bring_back=bring_back)
        with st.container(key="hand_request"):
            request = _("Write the digit {digit} as you always do.", digit=digit)
            reason = _("A network learns your way of writing, so do not write neatly for it.")
            st.html(
                f'<div class="asked" aria-hidden="true">{digit}</div>'
                f'<p class="request">{request}</p><p class="note">{reason}</p>'
            )
            show_hand_error()
            if prepare_drawing(pixels) is not None:
                ask_for(digit)  # whatever happens to the other drawings meanwhile
                remember(ASKED, digit)
                show_keep_button(HAND_CANVAS, digit, keep)
                return
            note = st.session_state.get(state.KEPT, {}).get(HAND_CANVAS.widget)
            if note is not None:
                text = format_kept(note)
                with st.container(key="hand_kept"):
                    st.html(f"<p>{text}</p>")
                announce("hand_kept", f"{note.drawing} {text}")
            st.button(
                _("Another digit"),
                icon=":material/skip_next:",
                key="hand_skip",
                on_click=ask_for,
                args=(find_next(digit, counts),),
            )


def find_next(digit: int, counts: np.ndarray) -> int:
    """Return the digit to ask for instead of another one: the next with the fewest drawings."""
    others = [(digit + step) % 10 for step in range(1, 10)]
    return min(others, key=lambda other: int(counts[other]))


def format_kept(note: KeptNote) -> str:
    """Return what was kept and what the network took it for."""
    label, predicted = note.label, note.predicted
    if label == predicted:
        return _("Kept. The network also read {predicted}.", predicted=predicted)
    return _("Kept as {label}. The network read {predicted}.", label=label, predicted=predicted)
