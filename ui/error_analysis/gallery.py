"""The gallery: the images that pass the filter, in pages and as files to download."""

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter, sort_images, write_csv
from mnist_core.messages import message
from ui.components.pager import show_pager
from ui.error_analysis.confusion_matrix import show_confusion_matrix
from ui.error_analysis.evaluated_images import get_images
from ui.error_analysis.filter_bar import show_filter_bar
from ui.error_analysis.image_grid import show_image_grid
from ui.error_analysis.view import View, change_filter, change_view, clamp_page
from ui.images import compose_sheet, encode_png
from ui.language import _, localize, ngettext

IMAGES_PER_PAGE = 60
SHEET_COLUMNS, SHEET_WIDTH = 20, 1800
ORDER_HELP = {
    "loss": message("The loss is high if the network gave the label a low probability."),
    "least-loss": message("The loss is low if the network gave the label a high probability."),
    "margin": message("The margin is the difference between the two highest probabilities."),
}


def list_images(view: View, evaluation: Evaluation) -> np.ndarray:
    """Return the indices of the gallery's images, sorted, (n,) int64."""
    return sort_images(evaluation, view.filter.select(evaluation), view.order)


def show_gallery(view: View, evaluation: Evaluation, file_stem: str) -> None:
    """Show the confusion matrix beside the images that it and the other filters choose.

    Args:
        view: The filter, the order and the page.
        evaluation: The model's predictions on the test images.
        file_stem: Prefix of the names of exported files.
    """
    true, predicted = view.filter.true, view.filter.predicted
    matrix, gallery = st.columns([1, 1.55], gap="medium")
    with matrix:
        show_confusion_matrix(evaluation.confusion, true, predicted, _choose_cell)
        if true is None and predicted is None:
            note = _("Choose a cell, a row or a column to see its images.")
        else:
            note = _("Choose it again to see all mistakes.")
        st.html(f'<p class="note">{note}</p>')
    with gallery:
        show_filter_bar(view)
        indices = list_images(view, evaluation)
        if len(indices) == 0:
            st.info(
                _(
                    "No image passes this filter. Choose “All” predictions, another cell of the "
                    "matrix, or clear the filter."
                ),
                icon=":material/image_search:",
            )
            return
        _describe(view, len(indices))
        _show_page(view, evaluation, indices)
        _offer_files(evaluation, indices, file_stem)


def _choose_cell(true: int | None, predicted: int | None) -> None:
    on_diagonal = true is not None and true == predicted
    predictions = "correct" if on_diagonal else "incorrect"
    change_filter(true=true, predicted=predicted, predictions=predictions)


def _describe(view: View, count: int) -> None:
    st.html(f'<p class="note">{_format_description(view.filter, count)}</p>')
    if view.order in ORDER_HELP:
        st.html(f'<p class="note">{localize(ORDER_HELP[view.order])}</p>')


def _format_description(chosen: Filter, count: int) -> str:
    """Return the number of images and what their captions mean."""
    if chosen.predictions == "correct":
        return ngettext(
            "<b>{count} image</b>. Caption: digit and its probability.",
            "<b>{count:,} images</b>. Captions: digit and its probability.",
            count,
            count=count,
        )
    return ngettext(
        "<b>{count} image</b>. Caption: label → prediction and its probability.",
        "<b>{count:,} images</b>. Captions: label → prediction and its probability.",
        count,
        count=count,
    )


def _show_page(view: View, evaluation: Evaluation, indices: np.ndarray) -> None:
    pages = -(-len(indices) // IMAGES_PER_PAGE)
    page = clamp_page(view.page, pages)
    shown = indices[(page - 1) * IMAGES_PER_PAGE : page * IMAGES_PER_PAGE]
    show_image_grid(evaluation, shown, lambda index: change_view(image=index), "errors_pictures")
    if pages > 1:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            show_pager(page, pages, lambda number: change_view(page=number), "errors")


def _offer_files(evaluation: Evaluation, indices: np.ndarray, stem: str) -> None:
    images = get_images()  # now, since a deferred download has no session
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Table as CSV"),
            lambda: write_csv(evaluation, indices),
            f"{stem}.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
            key="errors_csv",
            help=_("Index, label, prediction, the ten probabilities and the loss of these images."),
        )
        st.download_button(
            _("Images as PNG"),
            lambda: make_sheet(images[indices]),
            f"{stem}.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
            key="errors_png",
            help=_("All these images in one file, in this order."),
        )


def make_sheet(images: np.ndarray) -> bytes:
    """Return images, (n, 28, 28) uint8, as a contact sheet in PNG, about as wide as a screen."""
    columns = max(min(SHEET_COLUMNS, len(images)), round(len(images) ** 0.5))
    scale = max(1, SHEET_WIDTH // (29 * columns))
    return encode_png(compose_sheet(images, columns, scale))
