"""The gallery: the images that pass the filter, a page at a time, and as files."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.evaluation import Evaluation
from mnist_core.gallery import Filter, sort_images, write_csv
from ui.confusion_matrix import show_confusion_matrix
from ui.digits import compose_sheet, encode_png
from ui.errors_address import change_filter, change_view, read_view, set_widget
from ui.picture_grid import show_pictures
from ui.resources import get_data

PAGE = 60
SHEET_COLUMNS, SHEET_WIDTH = 20, 1800
ANY = "Any"
ANSWERS = {"wrong": "Wrong", "right": "Right", "all": "All"}
LABELS = {"all": "All labels", "disputed": "Disputed labels", "undisputed": "Undisputed labels"}
ORDERS = {
    "surest": "Surest first",
    "unsurest": "Least sure first",
    "loss": "Highest loss first",
    "least-loss": "Lowest loss first",
    "margin": "Smallest margin first",
    "index": "By index",
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
    matrix, gallery = st.columns([1, 1.5], gap="large")
    with matrix:
        show_confusion_matrix(evaluation.confusion, chosen.true, chosen.predicted, _choose_cell)
        st.html('<p class="note">Choose a cell, a row or a column to see its images.</p>')
    with gallery:
        _show_filters()
        indices = list_images(evaluation)
        _describe(chosen, len(indices))
        if len(indices):
            _show_page(evaluation, indices)
            _offer_files(evaluation, indices, file_stem)


def _choose_cell(true: int | None, predicted: int | None) -> None:
    answers = "right" if true is not None and true == predicted else "wrong"
    change_filter(true=true, predicted=predicted, answers=answers)


def _show_filters() -> None:
    view = read_view()
    chosen = view.chosen
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.segmented_control(
            "Answers",
            list(ANSWERS),
            format_func=ANSWERS.__getitem__,
            label_visibility="collapsed",
            required=True,
            **set_widget(
                "errors_answers", chosen.answers, lambda value: change_filter(answers=value)
            ),
        )
        st.selectbox(
            "Order",
            list(ORDERS),
            format_func=ORDERS.__getitem__,
            label_visibility="collapsed",
            width=190,
            help="Sure: how probable the answer is. Loss: how improbable the label was to the "
            "network. Margin: how far the likeliest digit is ahead of the second.",
            **set_widget(
                "errors_order", view.order, lambda value: change_view(order=value, page=1)
            ),
        )
        with st.popover("Filter", icon=":material/filter_list:"):
            for name, label in (("true", "Label"), ("predicted", "Read as")):
                digit = getattr(chosen, name)
                st.selectbox(
                    label,
                    [ANY, *range(10)],
                    **set_widget(
                        f"errors_{name}", ANY if digit is None else digit, _make_digit_change(name)
                    ),
                )
            st.slider(
                "Probability of the answer",
                0,
                100,
                format="%d %%",
                **set_widget(
                    "errors_bounds",
                    (round(100 * chosen.low), round(100 * chosen.high)),
                    lambda bounds: change_filter(low=bounds[0] / 100, high=bounds[1] / 100),
                ),
            )
            st.selectbox(
                "Labels",
                list(LABELS),
                format_func=LABELS.__getitem__,
                help="Of fifteen test images, most people who were asked did not see the digit "
                "that the label says.",
                **set_widget(
                    "errors_labels", chosen.labels, lambda value: change_filter(labels=value)
                ),
            )
        if chosen != Filter():
            st.button(
                "Clear",
                icon=":material/filter_list_off:",
                type="tertiary",
                key="errors_clear",
                on_click=lambda: change_view(chosen=Filter(), page=1),
            )


def _make_digit_change(name: str) -> Callable[[Any], None]:
    return lambda value: change_filter(**{name: None if value == ANY else value})


def _describe(chosen: Filter, count: int) -> None:
    if count == 0:
        st.info(
            "No image passes this filter. Choose “All” answers, another cell of the matrix, or "
            "clear the filter.",
            icon=":material/image_search:",
        )
        return
    images = "1 image" if count == 1 else f"{count:,} images"
    st.html(f'<p class="note"><b>{images}</b>: {_say_filter(chosen)}</p>')


def _say_filter(chosen: Filter) -> str:
    """Return what the captions under the images mean."""
    if chosen.answers == "right":
        return "the digit, and how sure the network was of it."
    return "label → what the network read, and how sure it was."


def _show_page(evaluation: Evaluation, indices: np.ndarray) -> None:
    pages = -(-len(indices) // PAGE)
    page = min(read_view().page, pages)
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
