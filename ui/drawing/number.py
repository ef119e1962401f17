"""A number as it was read: each digit boxed with its confidence, and the number to copy."""

import streamlit as st

from mnist_core.numbers import NumberReading
from ui.drawing.canvas import HEIGHT
from ui.wording import say_percent


def show_boxes(reading: NumberReading) -> None:
    """Lay the boxes over the canvas that stands in the same container."""
    boxes = "".join(
        f'<i style="left:{digit.box.left}px;top:{digit.box.top}px;'
        f"width:{digit.box.right - digit.box.left}px;"
        f"height:{digit.box.bottom - digit.box.top}px;"
        f'--above:{digit.box.top}px;--below:{HEIGHT - digit.box.bottom}px">'
        f"<b>{digit.digit}</b><span>{say_percent(digit.probability)}</span></i>"
        for digit in reading.digits
    )
    st.html(f'<div class="number">{boxes}</div>')


def show_text(reading: NumberReading) -> None:
    """Show the number, large, with a button that copies it."""
    with st.container(key="number_text"):
        st.code(reading.text, language=None, width="content")
