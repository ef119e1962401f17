"""What to do with a drawing next: compare, look inside, save, train a network of one's own."""

from html import escape

import cv2
import numpy as np
import streamlit as st

from mnist_core.messages import message
from mnist_core.preprocessing.drawing import scale_drawing
from mnist_core.preprocessing.scaling import as_uint8
from mnist_core.runs.model_registry import TrainedModel, default_model
from ui.components.probability_bars import show_probability_bars
from ui.drawing.sample_digits import move_to_corner
from ui.formatting import escape_markdown, format_probability
from ui.images import digit_html, encode_png
from ui.language import _, localize, localize_each
from ui.layout import error_boundary
from ui.model_picker import format_model, list_offered
from ui.neighbors_view import show_neighbors
from ui.resources import get_classifier
from ui.state import DIGIT_CANVAS

COMPARISONS = {
    "neighbors": message("Similar training digits"),
    "model": message("Another model"),
    "preparation": message("A simply shrunk canvas"),
}
PREPARATIONS = {
    "normalized": message("Cropped, fitted and centered"),
    "shrunk": message("Simply shrunk"),
}


def show_next_steps(model: TrainedModel, pixels: np.ndarray, image: np.ndarray) -> None:
    """Show the next steps for a drawing, and below them the comparison that is chosen.

    Args:
        model: The network.
        pixels: (h, w, 4) uint8, the drawing.
        image: (28, 28) float32 in 0..1, the network's input.
    """
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        comparison = st.pills(
            _("Compare with"),
            list(COMPARISONS),
            format_func=localize_each(COMPARISONS),
            key="draw_comparison",
            persist_state="session",
        )
        with st.container(horizontal=True, width="content"):
            if st.button(_("See inside"), icon=":material/account_tree:", key="draw_inside"):
                st.switch_page("pages/inside.py")
            if st.button(_("Train your own"), icon=":material/model_training:", key="draw_train"):
                st.switch_page("pages/train.py")
            _offer_files(pixels, image)
    with error_boundary():
        if comparison == "neighbors":
            show_neighbors(model, image)
        elif comparison == "model":
            _compare_models(model, image)
        elif comparison == "preparation":
            _compare_preparations(model, pixels, image)


def _offer_files(pixels: np.ndarray, image: np.ndarray) -> None:
    with st.popover(_("Save"), icon=":material/download:"):
        st.download_button(
            _("Drawing"),
            encode_png(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)),
            "drawing.png",
            "image/png",
            icon=":material/draw:",
            on_click="ignore",
            width="stretch",
            key="draw_save_drawing",
        )
        st.download_button(
            _("The network’s input, 28\u00a0×\u00a028 pixels"),
            encode_png(as_uint8(image)),
            "input.png",
            "image/png",
            icon=":material/grid_on:",
            on_click="ignore",
            key="draw_save_input",
        )


def _compare_models(model: TrainedModel, image: np.ndarray) -> None:
    """Show the predictions of two models side by side, of which the person chooses the second."""
    key = f"draw_other_{model.id}"
    offered = list_offered(st.session_state.get(key))
    others = {each.id: each for each in offered if each.id != model.id}
    titles = {other_id: format_model(other) for other_id, other in others.items()}
    preferred = default_model().id
    first, second = st.columns(2, gap="large")
    with second:
        other_id = st.selectbox(
            _("Other model"),
            list(others),
            index=list(others).index(preferred) if preferred in others else 0,
            format_func=localize_each(titles),
            key=key,
            persist_state="session",
        )
        with error_boundary():
            _show_prediction(others[other_id], image)
    with first:
        st.markdown(f"**{escape_markdown(format_model(model))}**")
        _show_prediction(model, image)


def _show_prediction(model: TrainedModel, image: np.ndarray) -> None:
    probabilities = get_classifier(model).probabilities(image[np.newaxis])[0]
    digit, bars = st.columns([1, 2.4], vertical_alignment="center")
    digit.html(f'<div class="answers"><strong>{int(probabilities.argmax())}</strong></div>')
    with bars:
        show_probability_bars(probabilities)


def _compare_preparations(model: TrainedModel, pixels: np.ndarray, image: np.ndarray) -> None:
    """Compare the two preparations, and say why they differ."""
    figures, aside = st.columns([2, 1], vertical_alignment="center")
    with figures:
        show_preparations(model, pixels, image)
    with aside:
        st.html(
            '<p class="aside">'
            + _(
                "MNIST’s authors cropped each digit, fitted it into 20 × 20 pixels and centered "
                "it by its mass. A network trained on such images expects yours to be made the "
                "same way; many demos shrink the whole canvas instead."
            )
            + "</p>"
        )
        offer_corner()


def show_preparations(model: TrainedModel, pixels: np.ndarray, image: np.ndarray) -> None:
    """Show the same drawing, prepared in two ways, with the prediction for each.

    Args:
        model: The network.
        pixels: (h, w, 4) uint8, the drawing.
        image: (28, 28) float32 in 0..1, the network's input.
    """
    shrunk = scale_drawing(pixels)
    images = {"normalized": image, "shrunk": image if shrunk is None else shrunk}
    columns = st.columns(2, vertical_alignment="center")
    for column, (preparation, prepared) in zip(columns, images.items(), strict=True):
        label = localize(PREPARATIONS[preparation])
        probabilities = get_classifier(model).probabilities(prepared[np.newaxis])[0]
        digit = int(probabilities.argmax())
        probability = escape(format_probability(probabilities[digit]))
        picture = digit_html(prepared, _("{label}, 28 by 28 pixels", label=label), width="112px")
        column.html(
            f'<figure class="reading">{picture}<figcaption>{label}<strong>{digit}</strong>'
            f"{probability}</figcaption></figure>"
        )


def offer_corner() -> None:
    """Show a button that makes the drawing small and moves it into a corner."""
    st.button(
        _("Try it small, in a corner"),
        icon=":material/south_east:",
        on_click=move_to_corner,
        args=(DIGIT_CANVAS,),
        key="draw_corner",
    )
