"""The drawing as soon as the pen is lifted.

The canvas component delays its own report by a fifth of a second, which is most of the time until
the page updates. This component sends the image at once. The canvas's report, which also contains
the strokes, follows and changes nothing.
"""

import base64
import io

import numpy as np
import streamlit as st
from PIL import Image

from ui.components.js_module import serve_module
from ui.state import CanvasKeys

MAX_PIXELS = 4_000_000  # the widest canvas has a tenth of it

_follow_pen = st.components.v2.component("pen", js=serve_module("pen_up.js"))


def read_lifted_pen(keys: CanvasKeys) -> np.ndarray | None:
    """Return the drawing if the pen has just been lifted, else None.

    Args:
        keys: The canvas, which must already be shown.

    Returns:
        (h, w, 4) uint8 RGBA.
    """
    result = _follow_pen(
        data=keys.frame, key=f"{keys.widget}_pen_lifted", height=0, on_picture_change=lambda: None
    )
    return decode_png(result.picture)


def decode_png(data_url: object) -> np.ndarray | None:
    """Return the pixels of a data URL from the browser; None if it is not a PNG of a canvas.

    Returns:
        (h, w, 4) uint8 RGBA.
    """
    if not isinstance(data_url, str):
        return None
    try:
        content = base64.b64decode(data_url.partition(",")[2])
        picture = Image.open(io.BytesIO(content), formats=("PNG",))
        if picture.width * picture.height > MAX_PIXELS:
            return None
        return np.asarray(picture.convert("RGBA"))
    except Exception:  # Pillow raises many types that share no base.
        return None
