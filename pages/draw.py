"""Draw a digit, and the network reads it."""

import numpy as np
import streamlit as st

from mnist_core.inference.number_reader import read_number
from mnist_core.preprocessing.drawing import prepare_drawing, scale_drawing
from mnist_core.preprocessing.photo import NO_DIGIT, prepare_image
from ui import state
from ui.drawing.answer import load_in_browser, show_answer
from ui.drawing.canvas import NUMBER_WIDTH, show_canvas
from ui.drawing.image_input import SIDE, pick_picture
from ui.drawing.number_overlay import find_doubts, show_boxes, show_text
from ui.epoch_picker import pick_epoch
from ui.formatting import format_percent
from ui.images import digit_html
from ui.layout import error_boundary, show_heading
from ui.model_picker import pick_model
from ui.resources import get_classifier

MODES = {
    "digit": ":material/draw: One digit",
    "number": ":material/pin: A number",
    "picture": ":material/photo_camera: A picture",
}

title, choice = st.columns([2, 1], vertical_alignment="bottom")
with title:
    show_heading("Draw a digit", "The network classifies it while you draw.")
with choice:
    model = pick_epoch(pick_model())
classifier = get_classifier(model)
mode = st.segmented_control(
    "What to read",
    list(MODES),
    required=True,
    default="digit",
    format_func=MODES.__getitem__,
    label_visibility="collapsed",
    key=state.DRAW_MODE,
    persist_state="session",
)


@st.fragment
@error_boundary()
def read_digit() -> None:
    with st.container(horizontal=True, gap="large", key="draw_digit"):
        pixels = show_canvas(state.DIGIT_CANVAS)
        image = prepare_drawing(pixels)
        with st.container():
            show_answer(classifier, image, "Draw a digit from 0 to 9", state.DIGIT_CANVAS)
    compare = st.toggle(
        "Compare with simply shrinking the canvas", key="draw_compare", persist_state="session"
    )
    if not compare:
        return
    scaled = scale_drawing(pixels)
    if image is None or scaled is None:
        st.caption("Draw a digit to see both images and the prediction for each.")
    else:
        compare_preparations(image, scaled)


def compare_preparations(prepared: np.ndarray, scaled: np.ndarray) -> None:
    images = {"Cropped, fitted and centered": prepared, "Simply shrunk": scaled}
    *columns, aside = st.columns(3, vertical_alignment="center")
    for column, (method, image) in zip(columns, images.items(), strict=True):
        probabilities = classifier.probabilities(image[None])[0]
        digit = int(probabilities.argmax())
        picture = digit_html(image, f"{method}, 28 by 28 pixels", width="112px")
        column.html(
            f'<figure class="reading">{picture}<figcaption>{method}<strong>{digit}</strong>'
            f"{format_percent(probabilities[digit])}</figcaption></figure>"
        )
    aside.html(
        '<p class="aside">MNIST’s authors cropped each digit, fitted it into 20 × 20 pixels and '
        "centered it by its mass. A network trained on such images expects yours to be made "
        "the same way; many demos shrink the whole canvas instead.</p>"
    )


@st.fragment
@error_boundary()
def read_digits() -> None:
    with st.container(key="number", width="content"):
        reading = read_number(classifier, show_canvas(state.NUMBER_CANVAS, NUMBER_WIDTH))
        doubts = find_doubts(reading)
        show_boxes(reading, doubts)
    if reading.digits:
        show_text(reading, doubts)
    else:
        st.info(
            "Write several digits side by side, such as a year or a postcode.",
            icon=":material/draw:",
        )


@st.fragment
@error_boundary()
def read_picture() -> None:
    with st.container(horizontal=True, gap="large", key="draw_picture"):
        with st.container(key="picture_place", width=SIDE):
            pixels = pick_picture()
            image = None if pixels is None else prepare_image(pixels)
            if pixels is not None and image is None:
                st.warning(NO_DIGIT, icon=":material/search_off:")
        with st.container():
            waiting = "Choose a picture of a digit from 0 to 9"
            show_answer(classifier, image, waiting if pixels is None else "Nothing to read yet")


if mode == "number":
    read_digits()
elif mode == "picture":
    read_picture()
else:
    load_in_browser(classifier)
    read_digit()
