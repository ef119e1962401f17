"""An image as numbers: read them, change them, and watch the prediction follow."""

import zlib
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float, as_uint8
from ui import state
from ui.components.widget_value import with_value
from ui.drawing.answer import load_in_browser
from ui.epoch_picker import pick_epoch
from ui.language import _, localize_each
from ui.layout import error_boundary, show_heading
from ui.learn.back_link import show_learn_link
from ui.model_picker import pick_model
from ui.pixels.array_info import show_array_info, show_data_frame
from ui.pixels.class_statistics import show_class_balance, show_class_means
from ui.pixels.csv_transfer import show_download, show_upload
from ui.pixels.edit_history import LabeledImage, get_edited, record_edit, undo_edit
from ui.pixels.histogram import show_histogram
from ui.pixels.image_navigation import show_navigation
from ui.pixels.image_selection import get_selection, keep_selection
from ui.pixels.pixel_editor import receive_edit, show_pixel_editor
from ui.pixels.tutorial_steps import show_tutorial_steps
from ui.resources import get_classifier, get_data, get_drawing

SOURCES = {"train": "train_images[index]", "test": "test_images[index]", "drawing": "drawing"}
VALUES = {False: message("Raw, 0 to 255"), True: message("Scaled, 0 to 1")}

st.html(Path(__file__).parents[1] / "ui" / "pixels" / "page.css")
title, choice = st.columns([1, 1.1], vertical_alignment="bottom")
with title:
    show_heading(_("Pixels"), _("An image is only numbers."))
with choice, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    model = pick_epoch(pick_model())
classifier = get_classifier(model)
data = get_data()
selection = get_selection(data)
show_navigation(selection, data)
keep_selection(selection)


def get_original() -> tuple[str, LabeledImage | None]:
    """Return a name that identifies the image, and the image, None if nothing is drawn yet."""
    if selection.split != "drawing":
        split = selection.get_images(data)
        name = f"mnist-{selection.split}-{selection.index}"
        image = as_float(split.images[selection.index])
        return name, LabeledImage(image, int(split.labels[selection.index]))
    drawing = get_drawing()
    if drawing is None:
        return "drawing", None
    return f"drawing-{zlib.crc32(drawing.tobytes()):08x}", LabeledImage(drawing, None)


@st.fragment
def look_at_pixels(name: str, original: LabeledImage) -> None:
    def change(uploaded: LabeledImage) -> None:
        record_edit(name, original, uploaded)

    with error_boundary():
        edited = get_edited(name, original)
        with st.container(key="pixels_image"):
            with st.container(
                horizontal=True, gap="small", vertical_alignment="center", key="pixels_actions"
            ):
                scaled = pick_values()
                show_undo(name, original)
                show_download(name, edited.image, scaled)
                show_upload(name, edited.image, change)
            show_pixel_editor(name, original, classifier)
        show_more(edited.image, edited.label, scaled)


def show_undo(name: str, original: LabeledImage) -> None:
    def undo() -> None:
        receive_edit(name, original)
        undo_edit(name)

    def restore() -> None:
        receive_edit(name, original)
        record_edit(name, original, original)

    # They are never disabled: a click that follows the first edit at once would be lost.
    st.button(_("Undo"), icon=":material/undo:", on_click=undo, shortcut="Mod+Z", key="pixels_undo")
    st.button(
        _("Back to the original"),
        icon=":material/restart_alt:",
        on_click=restore,
        key="pixels_restore",
    )


def pick_values() -> bool:
    """Let the person choose between raw and scaled values; return whether they are scaled."""
    key = "pixels_values"
    st.session_state[key] = st.session_state.get(state.PIXELS_SCALED, False)

    def choose(scaled: bool) -> None:
        st.session_state[state.PIXELS_SCALED] = scaled

    st.segmented_control(
        _("Values"),
        list(VALUES),
        format_func=localize_each(VALUES),
        required=True,
        on_change=with_value(key, choose),
        label_visibility="collapsed",
        key=key,
    )
    return st.session_state[key]


def show_more(image: np.ndarray, label: int | None, scaled: bool) -> None:
    preparation, arrays, histogram, means, balance, frame = st.tabs(
        [
            _("Preparation"),
            _("Shapes and types"),
            _("Histogram"),
            _("Class means"),
            _("Balance"),
            "DataFrame",
        ],
        on_change="rerun",
        key="pixels_tab",
    )
    if preparation.open:
        with preparation:
            show_tutorial_steps(as_uint8(image), label, SOURCES[selection.split])
            show_learn_link("scaling")
    if arrays.open:
        with arrays:
            show_array_info(image, label, data)
    if histogram.open:
        with histogram:
            show_histogram(image)
    if means.open:
        with means:
            show_class_means(image, label, data)
    if balance.open:
        with balance:
            show_class_balance(data)
    if frame.open:
        with frame:
            show_data_frame(image, scaled)


name, original = get_original()
if original is None:
    st.info(_("You have not drawn anything yet. Draw a digit, and its pixels appear here."))
    st.page_link("pages/draw.py", label=_("Draw a digit"), icon=":material/draw:")
else:
    if selection.split == "drawing":
        st.caption(
            _("This is your drawing as the network receives it: cropped, scaled and centered.")
        )
    load_in_browser(classifier)
    look_at_pixels(name, original)
