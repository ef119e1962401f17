"""Keeping a drawing with the digit that the person says it is.

Nothing is kept unless the person chooses a digit or “Right”. The drawing then leaves the canvas,
and a note offers to take it back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.hands import KeptId, NewDrawing
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.runs.model_registry import TrainedModel
from ui import state
from ui.components.announcement import announce
from ui.components.js_module import serve_module
from ui.components.received import is_whole
from ui.components.widget_value import with_value
from ui.drawing.canvas_drawing import clear, get_strokes, undo
from ui.formatting import escape_markdown
from ui.hand_errors import keep_hand_error, show_hand_error
from ui.hand_picker import find_hand_to_keep_in, name_hand
from ui.language import _, localize
from ui.live_teaching import update_taught
from ui.resources import get_hands
from ui.state import CanvasKeys

QUESTION = message("Wrong? It is")
RIGHT = message("Right")
RIGHT_HELP = message("Keep the drawing with the predicted digit (Enter)")
KEEP = message("Keep as {digit}")
KEEP_HELP = message("Keep the drawing (Enter)")
NAMES = [message("It is {digit} (key {digit})", digit=digit) for digit in range(10)]

_STYLE = Path(__file__).with_name("feedback.css").read_text()
_show = st.components.v2.component(
    "feedback",
    html='<div class="feedback"></div>',
    css=_STYLE,
    js=serve_module("feedback.js"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class KeptNote:
    """What is said about the drawing that was kept last.

    Attributes:
        drawing: Its id, and its label before if the hand had the same drawing already.
        label: The digit that the person gave.
        predicted: The digit that was predicted.
        hand_id: The id of the hand.
        hand: Its name.
        count: How many drawings the hand has now.
    """

    drawing: KeptId
    label: int
    predicted: int
    hand_id: int
    hand: str
    count: int


def show_feedback(
    model: TrainedModel,
    classifier: Classifier,
    image: np.ndarray | None,
    keys: CanvasKeys,
) -> None:
    """Ask for the digit under a prediction, or say what was kept.

    Args:
        model: The model that predicts.
        classifier: The same model, loaded.
        image: The drawing, (28, 28) float32 in 0..1; None for a blank canvas.
        keys: The canvas.
    """
    key = f"{keys.widget}_feedback"

    def report(value: Any) -> None:
        label = parse_label(value.get("label"))
        if label is not None:
            keep_drawing(model, classifier, keys, label)

    with st.container(key=f"{keys.widget}_feedback_frame"):
        show_hand_error()
        if image is None:
            _show_note(keys)
            return
        st.session_state.setdefault(state.KEPT, {}).pop(keys.widget, None)
        data = {
            "question": localize(QUESTION),
            "right": localize(RIGHT),
            "rightHelp": localize(RIGHT_HELP),
            "names": [localize(name) for name in NAMES],
            "frame": keys.frame,
            "predicted": int(classifier.probabilities(image[None])[0].argmax()),
        }
        _show(data=data, key=key, on_label_change=with_value(key, report))


def show_keep_button(keys: CanvasKeys, digit: int, keep: Callable[[], None]) -> None:
    """Offer to keep the drawing on a canvas as a digit that was asked for.

    Args:
        keys: The canvas.
        digit: The digit.
        keep: Called when the button or the key Enter is pressed, before the script reruns.
    """
    data = {
        "right": _(KEEP, digit=digit),
        "rightHelp": localize(KEEP_HELP),
        "frame": keys.frame,
        "predicted": digit,
    }
    _show(data=data, key=f"{keys.widget}_keep", on_label_change=keep)


def parse_label(message: object) -> int | None:
    """Return the digit in a message from the browser, None if there is none."""
    label = message[0] if isinstance(message, list) and message else None
    return label if is_whole(label, 0, 9) else None


def take_back(keys: CanvasKeys) -> int | None:
    """Undo the last keeping, because the drawing is on the canvas again.

    Returns:
        The digit that the drawing was kept as; None if none was.
    """
    note: KeptNote | None = st.session_state.get(state.KEPT, {}).pop(keys.widget, None)
    if note is None:
        return None
    with keep_hand_error():
        get_hands().take_back(note.drawing)
        update_taught(note.hand_id)
    return note.label


def keep_drawing(model: TrainedModel, classifier: Classifier, keys: CanvasKeys, label: int) -> bool:
    """Keep the drawing on a canvas and clear it; if it cannot be kept, it stays there.

    Args:
        model: The model that predicted it.
        classifier: The same model, loaded.
        keys: The canvas.
        label: The digit that the person gave.

    Returns:
        Whether the drawing was kept.
    """
    session = st.session_state
    image = prepare_drawing(session.get(keys.pixels))
    if image is None:  # a second click
        return False
    probabilities = classifier.probabilities(image[None])[0]
    predicted = int(probabilities.argmax())
    drawing = NewDrawing(
        label=label,
        image=image,
        strokes=get_strokes(keys),
        predicted=predicted,
        probability=float(probabilities[predicted]),
        model=model.title,
    )
    with keep_hand_error():
        hand = find_hand_to_keep_in()
        kept = get_hands().keep(hand.id, drawing)
        count = int(get_hands().count(hand.id).sum())
        clear(keys)
        note = KeptNote(kept, label, predicted, hand.id, name_hand(hand), count)
        session.setdefault(state.KEPT, {})[keys.widget] = note
        update_taught(hand.id)
        return True
    return False


def _show_note(keys: CanvasKeys) -> None:
    note: KeptNote | None = st.session_state.get(state.KEPT, {}).get(keys.widget)
    if note is None:
        return
    text = format_note(note)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key=f"{keys.widget}_note", width="content"):
            st.markdown(text, width="content")
        announce(f"{keys.widget}_note", f"{note.drawing} {text}")
        st.button(
            _("Take it back"),
            type="tertiary",
            on_click=lambda: undo(keys, lambda: take_back(keys)),
            key=f"{keys.widget}_take_back",
        )
        st.page_link("pages/hand.py", label=_("See your drawings"), icon=":material/front_hand:")


def format_note(note: KeptNote) -> str:
    """Return what was kept, in Markdown."""
    label, hand, count = note.label, escape_markdown(note.hand), f"{note.count:,}"
    if note.count == 1:
        return _("Kept as {label}, the first drawing in “{hand}”.", label=label, hand=hand)
    return _("Kept as {label}. “{hand}” has {count} drawings.", label=label, hand=hand, count=count)
