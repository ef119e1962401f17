"""The Errors page: misclassified test images, why they were misclassified, and statistics."""

from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.evaluation.label_issues import find_disputed
from mnist_core.messages import message
from ui.components.scroll_into_view import scroll_into_view
from ui.epoch_picker import pick_epoch
from ui.error_analysis.accuracy_summary import show_accuracy
from ui.error_analysis.disputed_labels import show_disputed
from ui.error_analysis.evaluated_images import (
    evaluate_images,
    format_image_name,
    is_own,
    read_kept_drawings,
)
from ui.error_analysis.gallery import list_images, show_gallery
from ui.error_analysis.guessing_game import pick_round, show_game
from ui.error_analysis.image_detail import show_image
from ui.error_analysis.label_issues import show_label_issues
from ui.error_analysis.model_comparison import list_changed, show_comparison
from ui.error_analysis.per_class_metrics import show_per_class_metrics
from ui.error_analysis.reliability_diagram import show_reliability
from ui.error_analysis.view import (
    DATA,
    PARTS,
    View,
    change_view,
    get_view,
    link_widget,
    restore_url,
    sync_model_to_url,
)
from ui.formatting import escape_markdown
from ui.language import _, localize, localize_each
from ui.layout import error_boundary, show_heading
from ui.learn.back_link import show_learn_link
from ui.model_picker import pick_model

PART_NAMES = {
    "gallery": message("Gallery"),
    "digits": message("Per digit"),
    "confidence": message("Confidence"),
    "compare": message("Compare"),
    "game": message("Guess"),
    "labels": message("Labels"),
}

DATA_NAMES = {"mnist": message("MNIST test images"), "hand": message("My drawings")}
OWN_PARTS = ("gallery", "digits")

st.html(Path(__file__).parents[1] / "ui" / "error_analysis" / "page.css")
problems = restore_url()
title, choice = st.columns([1, 1.1], vertical_alignment="bottom")
with title:
    show_heading(_("Errors"), _("Which images the network misclassifies, and why."))
with choice, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    model = pick_epoch(pick_model())
    st.selectbox(
        _("Images"),
        DATA,
        format_func=localize_each(DATA_NAMES),
        width=180,
        help=_("The 10,000 test images of MNIST, or the drawings that you keep."),
        **link_widget(
            "errors_data",
            get_view().data,
            lambda data: change_view(data=data, image=None, page=1),
            DATA,
        ),
    )
sync_model_to_url(model.id)
for problem in problems:
    st.warning(escape_markdown(problem), icon=":material/search_off:")
own = is_own()
if own and len(read_kept_drawings().labels) == 0:
    st.info(_("You have not kept any drawings yet. Write some first."), icon=":material/draw:")
    st.page_link("pages/hand.py", label=_("Write some digits"), icon=":material/front_hand:")
    st.stop()
evaluation = evaluate_images(model)
if not evaluation.is_finite:
    st.error(
        _(
            "This model outputs NaN, probably because its training diverged. Choose another model "
            "or epoch."
        ),
        icon=":material/error:",
    )
    st.stop()
show_accuracy(evaluation)
show_learn_link("evaluation")


def open_part(part: str) -> None:
    """Open a part of the page; the first game starts with a random round."""
    view = get_view()
    is_first_game = part == "game" and view.round == View.round
    change_view(part=part, image=None, page=1, round=pick_round() if is_first_game else view.round)


@st.fragment
def show_part() -> None:
    with error_boundary():
        view = get_view()
        parts = OWN_PARTS if own else PARTS
        if view.part not in parts:
            view = replace(view, part="gallery")
        if view.image is not None and view.image >= len(evaluation.labels):
            view = replace(view, image=None)
        st.segmented_control(
            _("Part"),
            parts,
            format_func=localize_each(PART_NAMES),
            label_visibility="collapsed",
            required=True,
            **link_widget("errors_part", view.part, open_part),
        )
        heading = PART_NAMES[view.part] if view.image is None else format_image_name(view.image)
        with st.container(key="errors_title"):
            st.html(f'<h2 class="unseen">{escape(localize(heading))}</h2>')
        scroll_into_view(str(view.image), "errors_scroll", part="errors_title")
        if view.image is not None:
            show_image(model, evaluation, view.image, list_sequence(view).tolist())
        elif view.part == "gallery":
            show_gallery(view, evaluation, f"{model.id}-images")
        elif view.part == "digits":
            show_per_class_metrics(evaluation)
        elif view.part == "confidence":
            show_reliability(evaluation)
        elif view.part == "compare":
            show_comparison(view, model, evaluation)
        elif view.part == "game":
            show_game(view, evaluation)
        else:
            show_disputed(evaluation)
            show_label_issues(view)


def list_sequence(view: View) -> np.ndarray:
    """Return the indices among which Previous and Next move in the image's detail, (n,) int64."""
    if view.part == "compare":
        return list_changed(view, model, evaluation)
    if view.part == "labels":
        return find_disputed(evaluation.labels)
    return list_images(view, evaluation)


show_part()
