"""Draw a digit, and the network reads it."""

import numpy as np
import streamlit as st

from mnist_core.drawing import prepare_drawing, scale_drawing
from ui import state
from ui.answer import load_in_browser, show_answer
from ui.canvas import show_canvas
from ui.digits import digit_html
from ui.layout import show_heading
from ui.model_picker import pick_model
from ui.resources import get_classifier

title, choice = st.columns([2, 1], vertical_alignment="bottom")
with title:
    show_heading("Draw a digit", "The network reads it while you draw.")
with choice:
    model = pick_model()
classifier = get_classifier(model)
load_in_browser(classifier)


@st.fragment
def draw_digit() -> None:
    with st.container(horizontal=True, gap="large", key="draw_digit"):
        pixels = show_canvas(state.DIGIT_CANVAS)
        image = prepare_drawing(pixels)
        probabilities = None if image is None else classifier.probabilities(image[None])[0]
        with st.container():
            show_answer(state.DIGIT_CANVAS, classifier, image, probabilities, note="")
    if st.toggle("Compare with the canvas merely scaled", key="draw_compare") and image is not None:
        compare_preparations(image, scale_drawing(pixels))


def compare_preparations(prepared: np.ndarray, scaled: np.ndarray | None) -> None:
    st.html(
        '<p class="aside">MNIST’s authors cropped each digit, fitted it into 20 × 20 pixels and '
        "centred it by its mass. A network that learnt from such images expects yours to be made "
        "the same way; many demos shrink the whole canvas instead.</p>"
    )
    ways = [("Cropped, fitted and centred", prepared), ("Merely scaled", scaled)]
    with st.container(horizontal=True, gap="large"):
        for way, image in ways:
            if image is None:
                continue
            probabilities = classifier.probabilities(image[None])[0]
            digit = int(probabilities.argmax())
            picture = digit_html(image, f"{way}, 28 by 28 pixels", width="140px")
            st.html(
                f'<figure class="reading">{picture}<figcaption>{way}'
                f"<strong>{digit}</strong>{probabilities[digit]:.1%}</figcaption></figure>"
            )


draw_digit()
