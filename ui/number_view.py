"""A number as it was read: each digit boxed on the drawing, with its confidence."""

import numpy as np
import streamlit as st

from mnist_core.numbers import NumberReading
from ui.digits import data_uri
from ui.wording import say_percent


def show_number(pixels: np.ndarray, reading: NumberReading) -> None:
    """Show the drawing with its boxes, and the number as text to copy.

    Args:
        pixels: (h, w, 4) uint8, white ink on black.
        reading: What was read on it.
    """
    height, width = pixels.shape[:2]
    boxes = "".join(
        f'<i style="left:{box.left / width:.2%};top:{box.top / height:.2%};'
        f"width:{(box.right - box.left) / width:.2%};"
        f'height:{(box.bottom - box.top) / height:.2%}">'
        f"<b>{digit.digit}</b><span>{say_percent(digit.probability)}</span></i>"
        for digit in reading.digits
        for box in [digit.box]
    )
    st.html(
        f'<figure class="number"><img src="{data_uri(pixels[..., 0])}" '
        f'alt="Your drawing, read as {reading.text}">{boxes}</figure>'
    )
    st.caption("The number, to copy")
    st.code(reading.text, language=None)
