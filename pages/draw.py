"""Draw a digit, and the network reads it."""

import streamlit as st

from mnist_core.drawing import prepare_drawing
from ui import state
from ui.answer import load_in_browser, show_answer
from ui.canvas import show_canvas
from ui.layout import show_heading
from ui.model_picker import pick_model
from ui.resources import get_classifier

show_heading("Draw a digit", "The network reads it while you draw.")
model = pick_model()
classifier = get_classifier(model)
load_in_browser(classifier)


@st.fragment
def draw_digit() -> None:
    left, right = st.columns([1, 1.4], gap="large", vertical_alignment="center")
    with left:
        pixels = show_canvas(state.DIGIT_CANVAS)
    image = prepare_drawing(pixels)
    with right:
        probabilities = None if image is None else classifier.probabilities(image[None])[0]
        show_answer(state.DIGIT_CANVAS, classifier, image, probabilities, note="")


draw_digit()
