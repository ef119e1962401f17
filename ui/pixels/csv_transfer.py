"""Download and upload of an image as a CSV file."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.preprocessing.pixel_csv import PixelError, format_csv, parse_csv
from ui.layout import show_error


def show_download(name: str, image: np.ndarray, scaled: bool) -> None:
    """Show a button that downloads an image.

    Args:
        name: The beginning of the file's name.
        image: (28, 28) float32 in 0..1.
        scaled: Whether the file contains these values, otherwise raw values in 0..255.
    """
    kind = "scaled" if scaled else "raw"
    st.download_button(
        "Download CSV",
        format_csv(image, scaled),
        file_name=f"{name}-{kind}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="28 lines of 28 numbers, raw or scaled as selected; scaled values in full precision.",
        key="pixels_download",
    )


def show_upload(name: str, image: np.ndarray, change: Callable[[np.ndarray], None]) -> None:
    """Show a popover that replaces an image by a CSV file.

    Args:
        name: Identifies the image that is replaced.
        image: (28, 28) float32 in 0..1, its current pixels.
        change: Called with the uploaded image, (28, 28) float32 in 0..1, before the page runs
            again.
    """
    key = f"pixels_upload_{name}"

    def replace() -> None:
        uploaded, _ = _try_parse(st.session_state[key])
        if uploaded is not None:
            change(uploaded)

    with st.popover("Upload CSV", icon=":material/upload:", key="pixels_upload"):
        file = st.file_uploader(
            "A CSV file with 28 rows of 28 numbers",
            type=["csv", "txt", "tsv"],
            max_upload_size=MAX_FILE_MEGABYTES,
            on_change=replace,
            key=key,
            help="Whole numbers from 0 to 255 are read as raw values, decimal numbers from 0 to 1 "
            "as scaled values. Undo restores the previous image.",
        )
        uploaded, problem = _try_parse(file)
        if problem:
            show_error(problem)
        elif uploaded is not None and np.array_equal(uploaded, image):
            st.caption("The image was replaced by the uploaded file.")


def _try_parse(
    file: st.runtime.uploaded_file_manager.UploadedFile | None,
) -> tuple[np.ndarray | None, str]:
    """Return the image, or None and a message if there is no file or it is not valid."""
    if file is None:
        return None, ""
    try:
        return parse_csv(file.getvalue(), file.name), ""
    except PixelError as error:
        return None, str(error)
