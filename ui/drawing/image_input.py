"""A picture to be read: chosen from the disk, pasted, or taken with the camera.

The last one is kept until the page is loaded anew, whatever gave it, and shown until another comes.
"""

import base64
from binascii import Error as Base64Error

import cv2
import numpy as np
import streamlit as st

from mnist_core.preprocessing.image_file import ImageFileError, read_image
from ui import state
from ui.components.js_module import serve_module
from ui.layout import show_error

SIDE = 404
CAMERA = "picture_camera"
DENSITY = 2  # pixels of the picture a pixel of the page, for fine screens
TYPES = ["png", "jpg", "jpeg", "webp", "heic", "heif", "bmp", "tif", "tiff", "gif"]

_attend_paste = st.components.v2.component("paste", js=serve_module("paste.js"))


def pick_picture() -> np.ndarray | None:
    """Let a person give a picture, and show it.

    Returns:
        (h, w, 3) RGB or (h, w, 4) RGBA uint8; None before one is given, and where what was given
        cannot be read, which is said.
    """
    session = st.session_state
    _attend_paste(data={}, key="picture_paste", height=0, on_picture_change=_keep_pasted)
    camera = session.get(CAMERA, False)
    if camera:
        st.camera_input(
            "Hold the digit before the camera",
            key="picture_photograph",
            on_change=_keep,
            args=("picture_photograph",),
        )
    elif session.get(state.PICTURE) is None:
        st.file_uploader(
            "A screenshot, a scan or a photograph of one digit",
            type=TYPES,
            key="picture_file",
            on_change=_keep,
            args=("picture_file",),
        )
        st.html('<p class="aside">Or paste a picture anywhere on this page.</p>')
    given = session.get(state.PICTURE)
    pixels = None if given is None else _read(given)
    if pixels is not None and not camera:
        _show(pixels)
    with st.container(horizontal=True, vertical_alignment="center"):
        # The camera shows its own photograph, and no other picture beside it.
        st.toggle("Use the camera", key=CAMERA, on_change=_forget if not camera else None)
        if given is not None and not camera:
            st.button("Another picture", icon=":material/add_photo_alternate:", on_click=_forget)
    return pixels


def _read(content: bytes) -> np.ndarray | None:
    try:
        return read_image(content)
    except ImageFileError as error:
        show_error(error)
        return None


def _show(pixels: np.ndarray) -> None:
    """Show a picture within a square, small ones in crisp enlargement."""
    if pixels.shape[2] == 4:
        pixels = lay_on_ground(pixels)
    height, width = pixels.shape[:2]
    scale = DENSITY * SIDE / max(height, width)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    st.image(cv2.resize(pixels, size, interpolation=way), width=max(1, round(size[0] / DENSITY)))


def lay_on_ground(pixels: np.ndarray) -> np.ndarray:
    """Return (h, w, 3) uint8: dark ink on white where it was on nothing, light ink on black."""
    colors, opacity = pixels[..., :3], pixels[..., 3:] / np.float32(255)
    is_dark = (colors * opacity).sum() < 128 * 3 * opacity.sum()
    ground = np.float32(255 if is_dark else 0)
    return (colors * opacity + ground * (1 - opacity)).astype(np.uint8)


def _keep(key: str) -> None:
    file = st.session_state.get(key)
    st.session_state[state.PICTURE] = file.getvalue() if file is not None else None


def _keep_pasted() -> None:
    address = st.session_state["picture_paste"].picture
    try:
        st.session_state[state.PICTURE] = base64.b64decode(address.partition(",")[2])
    except (AttributeError, Base64Error):
        return
    st.session_state[CAMERA] = False


def _forget() -> None:
    st.session_state[state.PICTURE] = None
