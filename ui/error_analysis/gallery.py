"""The gallery: the images that pass the filter, a page at a time, and as files."""

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter, sort_images, write_csv
from ui.error_analysis.address import change_filter, change_view, hold_page, read_view, set_widget
from ui.error_analysis.confusion_matrix import show_confusion_matrix
from ui.error_analysis.filter_bar import show_filters
from ui.error_analysis.image_grid import show_pictures
from ui.formatting import format_count
from ui.images import compose_sheet, encode_png
from ui.resources import get_data

PAGE = 60
SHEET_COLUMNS, SHEET_WIDTH = 20, 1800
EXPLANATIONS = {
    "loss": "The loss is high where the network found the label improbable.",
    "least-loss": "The loss is low where the network found the label probable.",
    "margin": "The margin is how far the likeliest digit is ahead of the second.",
}


def list_images(evaluation: Evaluation) -> np.ndarray:
    """Return the indices that the view asks for, in its order, (n,) int64."""
    view = read_view()
    return sort_images(evaluation, view.chosen.select(evaluation), view.order)


def show_gallery(evaluation: Evaluation, file_stem: str) -> None:
    """Show the confusion matrix beside the images that it and the other filters choose.

    Args:
        evaluation: The model's answers to the test images.
        file_stem: How the names of exported files begin.
    """
    chosen = read_view().chosen
    matrix, gallery = st.columns([1, 1.55], gap="medium")
    with matrix:
        show_confusion_matrix(evaluation.confusion, chosen.true, chosen.predicted, _choose_cell)
        if chosen.true is None and chosen.predicted is None:
            st.html('<p class="note">Choose a cell, a row or a column to see its images.</p>')
        else:
            st.html('<p class="note">Choose the same again to see all mistakes.</p>')
    with gallery:
        show_filters()
        indices = list_images(evaluation)
        _describe(chosen, len(indices))
        if len(indices):
            _show_page(evaluation, indices)
            _offer_files(evaluation, indices, file_stem)


def _choose_cell(true: int | None, predicted: int | None) -> None:
    answers = "right" if true is not None and true == predicted else "wrong"
    change_filter(true=true, predicted=predicted, answers=answers)


def _describe(chosen: Filter, count: int) -> None:
    if count == 0:
        st.info(
            "No image passes this filter. Choose “All” answers, another cell of the matrix, or "
            "clear the filter.",
            icon=":material/image_search:",
        )
        return
    st.html(f'<p class="note"><b>{format_count(count, "image")}</b>: {_say_filter(chosen)}</p>')
    explanation = EXPLANATIONS.get(read_view().order)
    if explanation is not None:
        st.html(f'<p class="note">{explanation}</p>')


def _say_filter(chosen: Filter) -> str:
    """Return what the captions under the images mean."""
    if chosen.answers == "right":
        return "the digit, and how sure the network was of it."
    return "label → what the network read, and how sure it was."


def _show_page(evaluation: Evaluation, indices: np.ndarray) -> None:
    pages = -(-len(indices) // PAGE)
    page = hold_page(pages)
    shown = indices[(page - 1) * PAGE : page * PAGE]
    show_pictures(evaluation, shown, lambda index: change_view(image=index), "errors_pictures")
    if pages == 1:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Previous page",
            icon=":material/chevron_left:",
            disabled=page == 1,
            key="errors_previous",
            on_click=lambda: change_view(page=page - 1),
        )
        st.number_input(
            f"Page, 1 to {pages}",
            1,
            pages,
            label_visibility="collapsed",
            width=120,
            **set_widget(f"errors_page_{pages}", page, lambda value: change_view(page=int(value))),
        )
        st.markdown(f"of {pages}", width="content")
        st.button(
            "Next page",
            icon=":material/chevron_right:",
            disabled=page == pages,
            key="errors_next",
            on_click=lambda: change_view(page=page + 1),
        )


def _offer_files(evaluation: Evaluation, indices: np.ndarray, stem: str) -> None:
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Table as CSV",
            lambda: write_csv(evaluation, indices),
            f"{stem}.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="errors_csv",
            help="Index, label, answer, the ten probabilities and the loss of these images.",
        )
        st.download_button(
            "Pictures as PNG",
            lambda: make_sheet(indices),
            f"{stem}.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
            key="errors_png",
            help="All these images on one sheet, in this order.",
        )


def make_sheet(indices: np.ndarray) -> bytes:
    """Return test images, (n,) int64, on one sheet as PNG, about as wide as a screen."""
    columns = max(min(SHEET_COLUMNS, len(indices)), round(len(indices) ** 0.5))
    scale = max(1, SHEET_WIDTH // (29 * columns))
    return encode_png(compose_sheet(get_data().test.images[indices], columns, scale))
