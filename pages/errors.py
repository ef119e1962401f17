"""Where the network fails: its mistakes, how they can be explained, and how much they mean."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.evaluation.label_issues import find_disputed
from ui.epoch_picker import pick_epoch
from ui.error_analysis.accuracy_summary import show_score
from ui.error_analysis.address import (
    PARTS,
    View,
    adopt_model,
    change_view,
    find_problems,
    note_model,
    read_view,
    restore_address,
    set_widget,
)
from ui.error_analysis.disputed_labels import show_disputed
from ui.error_analysis.gallery import list_images, show_gallery
from ui.error_analysis.guessing_game import pick_round, show_game
from ui.error_analysis.image_detail import show_image
from ui.error_analysis.label_issues import show_label_doubts
from ui.error_analysis.model_comparison import list_changed, show_comparison
from ui.error_analysis.per_class_metrics import show_digits
from ui.error_analysis.reliability_diagram import show_reliability
from ui.formatting import escape_markdown
from ui.layout import error_boundary, show_heading
from ui.model_picker import pick_model
from ui.resources import get_evaluation

NAMES = {
    "gallery": "Gallery",
    "digits": "Digit by digit",
    "confidence": "Confidence",
    "compare": "Compare",
    "game": "Guess",
    "labels": "Labels",
}

st.html(Path(__file__).parents[1] / "ui" / "error_analysis" / "page.css")
restore_address()
missing = adopt_model()
problems = find_problems()
title, choice = st.columns([1, 1.1], vertical_alignment="bottom")
with title:
    show_heading("Errors", "What the network reads wrongly, and why.")
with choice, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    model = pick_epoch(pick_model())
note_model(model.id)
if missing is not None:
    st.info(
        "The model that this address names is not here; another one answers. Choose one above.",
        icon=":material/link_off:",
    )
for problem in problems:
    st.warning(escape_markdown(problem), icon=":material/search_off:")
evaluation = get_evaluation(model)
if not np.isfinite(evaluation.probabilities).all():
    st.error(
        "This model’s answers are no numbers, as after a training that diverged, so there is "
        "nothing to compare. Choose another model or epoch.",
        icon=":material/error:",
    )
    st.stop()
show_score(evaluation)


def open_part(part: str) -> None:
    """Open a part; the game begins at a round that nobody has foreseen."""
    view = read_view()
    is_first_game = part == "game" and view.round == View.round
    change_view(part=part, image=None, page=1, round=pick_round() if is_first_game else view.round)


@st.fragment
def show_part() -> None:
    with error_boundary():
        st.segmented_control(
            "Part",
            PARTS,
            format_func=NAMES.__getitem__,
            label_visibility="collapsed",
            required=True,
            **set_widget("errors_part", read_view().part, open_part),
        )
        view = read_view()
        if view.image is not None:
            show_image(model, evaluation, view.image, list_sequence(view).tolist())
        elif view.part == "gallery":
            show_gallery(evaluation, f"{model.id}-images")
        elif view.part == "digits":
            show_digits(evaluation)
        elif view.part == "confidence":
            show_reliability(evaluation)
        elif view.part == "compare":
            show_comparison(model, evaluation)
        elif view.part == "game":
            show_game(evaluation)
        else:
            show_disputed(evaluation)
            show_label_doubts()


def list_sequence(view: View) -> np.ndarray:
    """Return the images among which one moves on from one that was opened."""
    if view.part == "compare":
        return list_changed(model, evaluation)
    if view.part == "labels":
        return find_disputed(evaluation.labels)
    return list_images(evaluation)


show_part()
