"""An image to classify: chosen from the disk, pasted, or taken with the camera.

The session keeps the latest image, from whichever source, until another one replaces it.
"""

import math
from typing import Any

import cv2
import numpy as np
import streamlit as st

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.messages import message
from mnist_core.preprocessing.image_file import read_image
from ui import state
from ui.components.js_module import serve_module
from ui.components.received import is_whole, read_data_url
from ui.components.widget_value import with_value
from ui.language import _
from ui.layout import show_error

SIDE = 404
CAMERA = "picture_camera"
PIXEL_RATIO = 2
"""Image pixels per CSS pixel, for high-resolution screens."""
MAX_PASTED_MEGABYTES = 18
"""In Base64 it is a third more, and Streamlit takes messages of 25 MB (`maxWidgetStateSize`)."""
TYPES = ["png", "jpg", "jpeg", "webp", "heic", "heif", "bmp", "tif", "tiff", "gif"]

_listen_for_paste = st.components.v2.component("paste", js=serve_module("paste.js"))


def load_image() -> np.ndarray | None:
    """Decode the image that was chosen.

    Returns:
        (h, w, 3) RGB or (h, w, 4) RGBA uint8; None before an image is chosen.

    Raises:
        ImageFileError: The file is not a readable image.
    """
    content = st.session_state.get(state.PICTURE)
    return None if content is None else read_image(content)


def is_camera_on() -> bool:
    """Return whether the camera is used, whose widget shows its own photograph."""
    return bool(st.session_state.get(CAMERA, False))


def show_inputs() -> None:
    """Show the inputs for an image, unless one was chosen."""
    session = st.session_state
    _listen_for_paste(
        data={"maxBytes": MAX_PASTED_MEGABYTES * 1_000_000},
        key="picture_paste",
        height=0,
        on_picture_change=with_value("picture_paste", _store_pasted),
        on_refused_change=with_value("picture_paste", _refuse_pasted),
    )
    if (problem := session.pop(state.PICTURE_REFUSED, None)) is not None:
        show_error(problem)
    if is_camera_on():
        st.camera_input(
            _("Hold the digits in front of the camera"),
            key="picture_photograph",
            on_change=_store_file,
            args=("picture_photograph",),
        )
    elif session.get(state.PICTURE) is None:
        st.file_uploader(
            _("A photograph, a scan or a screenshot of a digit or of numbers"),
            type=TYPES,
            max_upload_size=MAX_FILE_MEGABYTES,
            key="picture_file",
            on_change=_store_file,
            args=("picture_file",),
        )
        st.html(f'<p class="aside">{_("Or paste a picture anywhere on this page.")}</p>')


def show_controls() -> None:
    """Show the switch of the camera, and a button that removes the image."""
    camera = is_camera_on()
    with st.container(horizontal=True, vertical_alignment="center"):
        # The camera widget shows its own photograph, so an earlier image is removed.
        st.toggle(_("Use the camera"), key=CAMERA, on_change=_remove if not camera else None)
        if st.session_state.get(state.PICTURE) is not None and not camera:
            st.button(_("Another picture"), icon=":material/add_photo_alternate:", on_click=_remove)


def show_image(pixels: np.ndarray) -> None:
    """Show an image within a square; small images are enlarged without smoothing."""
    resized = fit_image(pixels, SIDE)
    st.image(resized, width=max(1, round(resized.shape[1] / PIXEL_RATIO)))


def fit_image(pixels: np.ndarray, side: int) -> np.ndarray:
    """Resize an image to fit a square on the page.

    Args:
        pixels: (h, w, 3) RGB or (h, w, 4) RGBA uint8.
        side: The square's side in CSS pixels.

    Returns:
        (h, w, 3) uint8 RGB, `PIXEL_RATIO` pixels per CSS pixel.
    """
    if pixels.shape[2] == 4:
        pixels = flatten_alpha(pixels)
    height, width = pixels.shape[:2]
    scale = PIXEL_RATIO * side / max(height, width)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation))


def flatten_alpha(pixels: np.ndarray) -> np.ndarray:
    """Put a transparent image on a background: white for dark ink, black for light ink.

    Args:
        pixels: (h, w, 4) uint8 RGBA.

    Returns:
        (h, w, 3) uint8 RGB.
    """
    colors, opacity = pixels[..., :3], pixels[..., 3:] / np.float32(255)
    is_dark = (colors * opacity).sum() < 128 * 3 * opacity.sum()
    background = np.float32(255 if is_dark else 0)
    return (colors * opacity + background * (1 - opacity)).astype(np.uint8)


def _store_file(key: str) -> None:
    file = st.session_state.get(key)
    st.session_state[state.PICTURE] = file.getvalue() if file is not None else None


def _store_pasted(pasted: Any) -> None:
    content = read_data_url(pasted.get("picture"))
    if content is not None:
        st.session_state[state.PICTURE] = content
        st.session_state[CAMERA] = False


def _refuse_pasted(pasted: Any) -> None:
    """Note that a picture is too large to be pasted, as `read_image` says it of files."""
    size = pasted.get("refused")
    if is_whole(size, 1):
        st.session_state[state.PICTURE_REFUSED] = message(
            "This file has {size:,.0f} MB; expected at most {megabytes} MB. Crop the image to "
            "the digit, or make it smaller.",
            size=math.ceil(size / 1_000_000),
            megabytes=MAX_PASTED_MEGABYTES,
        )


def _remove() -> None:
    st.session_state[state.PICTURE] = None
