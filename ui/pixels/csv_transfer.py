"""An image as a CSV file, to take away and to bring back."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_core.preprocessing.pixel_csv import PixelError, format_csv, parse_csv
from ui.layout import show_error


def offer_download(name: str, image: np.ndarray, scaled: bool) -> None:
    """Offer an image's values, (28, 28) float32 in 0..1, as they are shown."""
    st.download_button(
        "Download CSV",
        format_csv(image, scaled),
        file_name=f"{name}-{'scaled' if scaled else 'raw'}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="28 lines of 28 numbers, raw or scaled as chosen here; scaled ones in full precision.",
        key="pixels_download",
    )


def offer_upload(name: str, image: np.ndarray, change: Callable[[np.ndarray], None]) -> None:
    """Take an image from a CSV file.

    Args:
        name: The image that it takes the place of.
        image: (28, 28) float32 in 0..1, as that was changed last.
        change: Called with (28, 28) float32 in 0..1 before the page runs again.
    """
    key = f"pixels_upload_{name}"

    def take() -> None:
        uploaded, _ = _read(st.session_state[key])
        if uploaded is not None:
            change(uploaded)

    with st.popover("Upload CSV", icon=":material/upload:", key="pixels_upload"):
        file = st.file_uploader(
            "A CSV file with 28 rows of 28 numbers",
            type=["csv", "txt", "tsv"],
            on_change=take,
            key=key,
            help="Whole numbers from 0 to 255 are raw values, decimal numbers from 0 to 1 are "
            "scaled ones. Undo brings back what was there before.",
        )
        uploaded, problem = _read(file)
        if problem:
            show_error(problem)
        elif uploaded is not None and np.array_equal(uploaded, image):
            st.caption("The file’s numbers have taken the image’s place.")


def _read(
    file: st.runtime.uploaded_file_manager.UploadedFile | None,
) -> tuple[np.ndarray | None, str]:
    if file is None:
        return None, ""
    try:
        return parse_csv(file.getvalue(), file.name), ""
    except PixelError as error:
        return None, str(error)
