"""A number as it was read: each digit boxed with its confidence, and the number to copy."""

import streamlit as st

from mnist_core.inference.number_reader import NumberReading, ReadDigit
from ui.drawing.canvas import HEIGHT
from ui.formatting import format_percent
from ui.resources import get_ood_detector


def find_doubts(reading: NumberReading) -> list[bool]:
    """Tell for each digit whether it may be none, or more than one."""
    detector = get_ood_detector()
    return [detector.classify(digit.image) != "digit" for digit in reading.digits]


def show_boxes(reading: NumberReading, doubts: list[bool]) -> None:
    """Lay the boxes over the canvas that stands in the same container, doubtful ones dashed."""
    boxes = "".join(_box(*pair) for pair in zip(reading.digits, doubts, strict=True))
    st.html(f'<div class="number">{boxes}</div>')


def show_text(reading: NumberReading, doubts: list[bool]) -> None:
    """Show the number, large, with a button that copies it, and what a dashed box means."""
    with st.container(key="number_text"):
        st.code(reading.text, language=None, width="content")
    if any(doubts):
        st.info(
            "A dashed box marks what may not be a single digit. Rewrite it on one line, with a "
            "little space between the digits.",
            icon=":material/help:",
        )


def _box(digit: ReadDigit, doubtful: bool) -> str:
    box = digit.box
    return (
        f'<i{" class=doubtful" if doubtful else ""} style="left:{box.left}px;top:{box.top}px;'
        f"width:{box.right - box.left}px;height:{box.bottom - box.top}px;"
        f'--above:{box.top}px;--below:{HEIGHT - box.bottom}px">'
        f"<b>{digit.digit}{'?' if doubtful else ''}</b>"
        f"<span>{format_percent(digit.probability)}</span></i>"
    )
