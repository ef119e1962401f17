"""The drawing at the moment when the pen is lifted.

The canvas holds its own report back for a fifth of a second, which is most of what passes until
the page has changed. This sends the picture at once; the canvas's report, which also holds the
strokes, follows and finds nothing to change.
"""

import base64

import cv2
import numpy as np
import streamlit as st

from ui.components.js_module import serve_module
from ui.state import CanvasKeys

_follow_pen = st.components.v2.component("pen", js=serve_module("pen.js"))


def read_lifted_pen(keys: CanvasKeys) -> np.ndarray | None:
    """Return a canvas's picture if the pen was lifted just now, else None.

    Args:
        keys: The canvas, which is shown before this is called.

    Returns:
        (h, w, 4) uint8 RGBA.
    """
    result = _follow_pen(
        data=keys.frame, key=f"{keys.widget}_pen_lifted", height=0, on_picture_change=lambda: None
    )
    address = result.picture
    if not isinstance(address, str) or "," not in address:
        return None
    content = np.frombuffer(base64.b64decode(address.partition(",")[2]), np.uint8)
    picture = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    return None if picture is None else cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA)
