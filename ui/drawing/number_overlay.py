"""The digits of a number: a box with its probability around each, and the number to copy."""

from html import escape

import streamlit as st

from mnist_core.inference.number_reader import NumberReading, ReadDigit
from ui.drawing.canvas import HEIGHT
from ui.formatting import format_probability
from ui.resources import get_ood_detector


def detect_ood(reading: NumberReading) -> list[bool]:
    """Return for each character whether it may not be a single digit (out of distribution)."""
    detector = get_ood_detector()
    return [detector.classify(digit.image) != "digit" for digit in reading.digits]


def show_boxes(reading: NumberReading, is_ood: list[bool]) -> None:
    """Show a box around each digit on the canvas in the same container.

    Args:
        reading: The digits with their boxes in pixels of the canvas.
        is_ood: The result of `detect_ood`; such boxes are dashed.
    """
    boxes = "".join(_format_box(*pair) for pair in zip(reading.digits, is_ood, strict=True))
    st.html(f'<div class="number">{boxes}</div>')


def show_number(reading: NumberReading, is_ood: list[bool]) -> None:
    """Show the number in large type, with a button that copies it, and explain dashed boxes."""
    with st.container(key="number_text"):
        st.code(reading.text, language=None, width="content")
    if any(is_ood):
        st.info(
            "A dashed box marks what may not be a single digit. Rewrite it on one line, with a "
            "little space between the digits.",
            icon=":material/help:",
        )


def _format_box(digit: ReadDigit, is_ood: bool) -> str:
    box = digit.box
    return (
        f'<i{" class=ood" if is_ood else ""} style="left:{box.left}px;top:{box.top}px;'
        f"width:{box.right - box.left}px;height:{box.bottom - box.top}px;"
        f'--above:{box.top}px;--below:{HEIGHT - box.bottom}px">'
        f"<b>{digit.digit}{'?' if is_ood else ''}</b>"
        f"<span>{escape(format_probability(digit.probability))}</span></i>"
    )
