"""A number as it was read: each digit boxed with its confidence, and the number to copy."""

import streamlit as st

from mnist_core.numbers import NumberReading, ReadDigit
from ui.drawing.canvas import HEIGHT
from ui.resources import get_gate
from ui.wording import say_percent


def show_boxes(reading: NumberReading) -> None:
    """Lay the boxes over the canvas that stands in the same container."""
    boxes = "".join(_box(digit) for digit in reading.digits)
    st.html(f'<div class="number">{boxes}</div>')


def show_text(reading: NumberReading) -> None:
    """Show the number, large, with a button that copies it, and whether any digit may be none."""
    with st.container(key="number_text"):
        st.code(reading.text, language=None, width="content")
    if any(_is_doubtful(digit) for digit in reading.digits):
        st.info(
            "What stands in a dashed box may not be a single digit. Write it anew, all digits on "
            "one line and a little apart.",
            icon=":material/help:",
        )


def _box(digit: ReadDigit) -> str:
    box = digit.box
    doubtful = _is_doubtful(digit)
    return (
        f'<i{" class=doubtful" if doubtful else ""} style="left:{box.left}px;top:{box.top}px;'
        f"width:{box.right - box.left}px;height:{box.bottom - box.top}px;"
        f'--above:{box.top}px;--below:{HEIGHT - box.bottom}px">'
        f"<b>{digit.digit}{'?' if doubtful else ''}</b>"
        f"<span>{say_percent(digit.probability)}</span></i>"
    )


def _is_doubtful(digit: ReadDigit) -> bool:
    return get_gate().judge(digit.image) != "digit"
