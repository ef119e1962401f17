"""The drawing as soon as the pen is lifted.

The canvas component delays its own report by a fifth of a second, which is most of the time until
the page updates. This component sends the image at once. The canvas's report, which also contains
the strokes, follows and changes nothing.
"""

import numpy as np
import streamlit as st

from ui.components.js_module import serve_module
from ui.drawing.canvas_report import decode_png
from ui.state import CanvasKeys

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
    return decode_png(result.picture, keys.width)
