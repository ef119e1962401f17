"""Download and upload of an image as a text file."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.messages import message
from mnist_core.preprocessing.pixel_csv import PixelError, format_csv
from mnist_core.preprocessing.pixel_table import PixelTable
from mnist_core.preprocessing.pixel_table_reader import read_table
from ui.language import LaterText, _, localize_each
from ui.layout import show_error
from ui.pixels.edit_history import LabeledImage

BINARY = {True: message("Scaled: 1 is white"), False: message("Raw: 255 would be white")}


def show_download(name: str, image: np.ndarray, scaled: bool) -> None:
    """Show a button that downloads an image.

    Args:
        name: The beginning of the file's name.
        image: (28, 28) float32 in 0..1.
        scaled: Whether the file contains these values, otherwise raw values in 0..255.
    """
    kind = "scaled" if scaled else "raw"
    st.download_button(
        _("Download CSV"),
        format_csv(image, scaled),
        file_name=f"{name}-{kind}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help=_(
            "28 lines of 28 numbers, raw or scaled as selected; scaled values in full precision."
        ),
        key="pixels_download",
    )


def show_upload(name: str, image: np.ndarray, change: Callable[[LabeledImage], None]) -> None:
    """Show a popover that replaces an image by one of a text file.

    Args:
        name: Identifies the image that is replaced.
        image: (28, 28) float32 in 0..1, its current pixels.
        change: Called with the uploaded image before the page runs again.
    """
    key = f"pixels_upload_{name}"

    def replace() -> None:
        uploaded, _error = _read_upload(key)
        if uploaded is not None:
            change(uploaded)

    def replace_file() -> None:
        st.session_state[f"{key}_row"] = 0
        st.session_state[f"{key}_scaled"] = None
        replace()

    with st.popover(_("Upload CSV"), icon=":material/upload:", key="pixels_upload"):
        file = st.file_uploader(
            _("Images as text: 28 lines of 28 numbers, or lines of 784 numbers"),
            type=["csv", "txt", "tsv"],
            max_upload_size=MAX_FILE_MEGABYTES,
            on_change=replace_file,
            key=key,
            help=_(
                "With commas, semicolons, tabs or spaces. A heading, and a label before or after "
                "the 784 numbers, are recognized. Whole numbers from 0 to 255 are read as raw "
                "values, decimal numbers from 0 to 1 as scaled values. Undo restores the previous "
                "image."
            ),
        )
        if file is None:
            return
        uploaded, problem = _read_upload(key)
        _show_choices(key, file, replace)
        if problem:
            show_error(problem)
        elif uploaded is not None and np.array_equal(uploaded.image, image):
            st.caption(_("The image was replaced by the uploaded file."))


def _show_choices(key: str, file: UploadedFile, replace: Callable[[], None]) -> None:
    """Let the person choose one of many images, and what 0s and 1s are."""
    try:
        table = _read_table(file.getvalue(), file.name)
        last = len(table.lines) - 1
        if last > 0:
            label = _("Image, from 0 to {last:,}", last=last)
            st.number_input(label, 0, last, key=f"{key}_row", on_change=replace)
        is_ambiguous = table.is_ambiguous(min(st.session_state.get(f"{key}_row", 0), last))
    except PixelError:  # the caller shows the message
        return
    if is_ambiguous:
        st.segmented_control(
            _("This image has no values but 0 and 1. They are:"),
            list(BINARY),
            format_func=localize_each(BINARY),
            key=f"{key}_scaled",
            on_change=replace,
        )


def _read_upload(key: str) -> tuple[LabeledImage | None, str]:
    """Return the chosen image, or None and a message if there is none or it is not valid.

    There is none while it is not known what 0s and 1s are.
    """
    session = st.session_state
    file = session.get(key)
    if file is None:
        return None, ""
    try:
        table = _read_table(file.getvalue(), file.name)
        row = min(session.get(f"{key}_row", 0), len(table.lines) - 1)
        scaled = session.get(f"{key}_scaled") if table.is_ambiguous(row) else None
        if table.is_ambiguous(row) and scaled is None:
            return None, ""
        return LabeledImage(table.image(row, scaled), table.label(row)), ""
    except PixelError as error:
        return None, str(error)


@st.cache_resource(max_entries=4, show_spinner=LaterText(message("Reading the file…")))
def _read_table(content: bytes, name: str) -> PixelTable:
    return read_table(content, name)
