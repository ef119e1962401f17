"""The Draw page: draw a digit or a number, or choose an image, and see the prediction."""

import streamlit as st

from mnist_core.inference.number_reader import read_number
from mnist_core.inference.picture_reader import read_picture
from mnist_core.messages import message
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.image_file import ImageFileError
from mnist_core.preprocessing.photo import NO_DIGIT
from ui import state
from ui.drawing.answer import load_in_browser, show_answer
from ui.drawing.canvas import show_canvas
from ui.drawing.canvas_drawing import copy_drawing, get_strokes
from ui.drawing.feedback import show_feedback, take_back
from ui.drawing.image_input import (
    SIDE,
    is_camera_on,
    load_image,
    show_controls,
    show_image,
    show_inputs,
)
from ui.drawing.next_steps import show_next_steps
from ui.drawing.number_overlay import show_boxes, show_number
from ui.drawing.picture_overlay import measure_width, show_boxes_in_picture, show_lines
from ui.drawing.sample_digits import show_samples
from ui.drawing.sample_pictures import show_sample_pictures
from ui.epoch_picker import pick_epoch
from ui.language import _, localize, localize_each
from ui.layout import error_boundary, show_error, show_heading
from ui.live_teaching import teach_changes
from ui.model_picker import pick_model
from ui.resources import get_classifier, get_ood_detector

MODES = {
    "digit": message(":material/draw: One digit"),
    "number": message(":material/pin: A number"),
    "picture": message(":material/photo_camera: A picture"),
}
INVITATION = message("Choose a picture of digits")
SENTENCES = {
    "digit": message("The network classifies it while you draw."),
    "number": message("Or write a whole number, and the network reads it."),
    "picture": message("Or let the network read digits in a picture."),
}

title, choice = st.columns([1, 1.1], vertical_alignment="bottom")
with title:
    show_heading(
        _("Draw a digit"), localize(SENTENCES[st.session_state.get(state.DRAW_MODE) or "digit"])
    )
with choice, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    model = pick_epoch(pick_model())
classifier = get_classifier(model)
st.session_state.setdefault(state.DRAW_MODE, "digit")
mode = st.segmented_control(
    _("Input"),
    list(MODES),
    required=True,
    format_func=localize_each(MODES),
    label_visibility="collapsed",
    key=state.DRAW_MODE,
    persist_state="session",
)


@st.fragment
@error_boundary()
def show_digit_mode() -> None:
    with st.container(horizontal=True, gap="large", key="draw_digit"):
        keys = state.DIGIT_CANVAS
        pixels = show_canvas(keys, on_bring_back=lambda: take_back(keys))
        image = prepare_drawing(pixels)
        with st.container():
            show_answer(classifier, image, _("Draw a digit from 0 to 9"), keys)
            if image is not None and get_ood_detector().classify(image) == "multiple_digits":
                offer_number_mode()
            show_feedback(model, classifier, image, keys)
    if pixels is None or image is None:
        show_samples(keys)
        st.page_link(
            "pages/learn.py",
            label=_("New here? Learn it in ten short chapters"),
            icon=":material/school:",
        )
    else:
        show_next_steps(model, pixels, image)
    teach_changes()


def offer_number_mode() -> None:
    """Offer to continue with the drawing in the mode for numbers."""
    if st.button(
        _("Read as a number"),
        icon=":material/pin:",
        on_click=read_as_number,
        key="draw_as_number",
        help=_("Takes the drawing along to the canvas for numbers."),
    ):
        st.rerun()  # of the whole page, not only of this fragment


def read_as_number() -> None:
    is_second_click = st.session_state[state.DRAW_MODE] == "number"
    if is_second_click or st.session_state.get(state.DIGIT_CANVAS.pixels) is None:
        return
    copy_drawing(state.DIGIT_CANVAS, state.NUMBER_CANVAS)
    st.session_state[state.DRAW_MODE] = "number"


@st.fragment
@error_boundary()
def show_number_mode() -> None:
    with st.container(key="number", width="content"):
        pixels = show_canvas(state.NUMBER_CANVAS)
        reading = read_number(classifier, pixels, get_strokes(state.NUMBER_CANVAS))
        show_boxes(reading)
    if reading.digits:
        show_number(reading)
    else:
        st.info(
            _("Write several digits side by side, such as a year or a postcode."),
            icon=":material/draw:",
        )


@st.fragment
@error_boundary()
def show_picture_mode() -> None:
    pixels, error = None, None
    try:
        pixels = load_image()
    except ImageFileError as problem:
        error = problem
    reading = None if pixels is None else read_picture(pixels, classifier)
    digit = None if reading is None else reading.single_digit
    has_number = reading is not None and bool(reading.lines) and digit is None
    width = measure_width(pixels) if has_number and pixels is not None else SIDE
    with st.container(horizontal=True, gap="large", key="draw_picture"):
        with st.container(key="picture_place", width=width):
            show_inputs()
            if error is not None:
                show_error(error)
            if pixels is not None and reading is not None:
                if has_number:
                    show_boxes_in_picture(pixels, reading)
                elif not is_camera_on():
                    show_image(pixels)
                if not reading.lines:
                    st.warning(localize(NO_DIGIT), icon=":material/search_off:")
            show_controls()
            if pixels is None and not is_camera_on():
                show_sample_pictures()
        with st.container():
            if has_number and reading is not None:
                show_lines(reading)
            else:
                invitation = localize(INVITATION) if pixels is None else _("No digit found yet")
                show_answer(classifier, None if digit is None else digit.image, invitation)


if mode == "number":
    show_number_mode()
elif mode == "picture":
    show_picture_mode()
else:
    load_in_browser(classifier)
    show_digit_mode()
