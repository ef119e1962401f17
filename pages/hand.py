"""My hand: the drawings that a person keeps, and teaching a network with them."""

from pathlib import Path

import streamlit as st

from mnist_core.messages import message
from ui import state
from ui.drawing.guided_round import ask_for, choose_digit, show_round
from ui.hand.file_transfer import show_files
from ui.hand.gallery import show_drawings
from ui.hand.tally import show_tally
from ui.hand.teaching_view import show_teaching
from ui.hand_errors import show_hand_error
from ui.hand_picker import get_hand, pick_hand
from ui.language import _, localize_each
from ui.layout import error_boundary, show_heading
from ui.live_teaching import teach_changes
from ui.model_picker import get_chosen_model
from ui.resources import get_classifier, get_hands

PARTS = {
    "write": message("Write"),
    "drawings": message("Drawings"),
    "teach": message("Teach"),
    "files": message("In and out"),
}

st.html(Path(__file__).parents[1] / "ui" / "hand" / "page.css")
title, choice = st.columns([2, 1], vertical_alignment="bottom")
with title:
    show_heading(_("My hand"), _("Teach a network your handwriting."))
with choice:
    hand = pick_hand()
model_id = st.session_state.get(state.MODEL_ID)


def ask_and_write(digit: int) -> None:
    ask_for(digit)
    st.session_state[state.HAND_PART] = "write"


@st.fragment
@error_boundary()
def show_parts() -> None:
    session = st.session_state
    # The hand was deleted or renamed meanwhile, or a model was taught: only a run of the whole app
    # stores in the browser which model is chosen.
    if get_hand() != hand or session.get(state.MODEL_ID) != model_id:
        st.rerun()
    session.setdefault(state.HAND_PART, "write")
    counts = get_hands().count(hand.id)
    part = session[state.HAND_PART]
    show_tally(counts, choose_digit(counts) if part == "write" else None, ask_and_write)
    st.segmented_control(
        _("Part"),
        list(PARTS),
        format_func=localize_each(PARTS),
        label_visibility="collapsed",
        required=True,
        key=state.HAND_PART,
        persist_state="session",
    )
    if part != "write":
        show_hand_error()
    if message := session.pop(state.HAND_MESSAGE, None):
        st.success(message, icon=":material/check:")
    if part == "write":
        model = get_chosen_model()
        show_round(model, get_classifier(model), counts)
    elif part == "drawings":
        show_drawings(hand, get_hands().list_drawings(hand.id))
    elif part == "teach":
        show_teaching(hand, get_hands().list_drawings(hand.id))
    else:
        show_files(hand, not counts.any())
    teach_changes()


show_parts()
