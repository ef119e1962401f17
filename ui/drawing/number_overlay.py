"""The digits of a number: a box with its confidence around each, and the number to copy."""

from html import escape

import streamlit as st

from mnist_core.inference.number_reading import NumberReading, ReadDigit
from mnist_core.messages import message
from ui.drawing.canvas_report import HEIGHT
from ui.drawing.reading_text import show_reading_text
from ui.formatting import format_probability
from ui.language import _

ADVICE = message("Rewrite what is dashed on one line, with a little space between the digits.")


def show_boxes(reading: NumberReading) -> None:
    """Show a box around each digit on the canvas in the same container; doubtful ones dashed.

    Args:
        reading: The digits with their boxes in pixels of the canvas.
    """
    boxes = "".join(map(_format_box, reading.digits))
    st.html(f'<div class="number">{boxes}</div>')


def show_number(reading: NumberReading) -> None:
    """Show the number in large type, with a button that copies it, and how much is uncertain."""
    show_reading_text(reading.text, reading.doubtful_digits, len(reading.marks), ADVICE)
    if not reading.doubtful_digits:
        st.caption(
            _(
                "Each percentage is the probability that the digit was separated from its "
                "neighbors and read correctly."
            )
        )


def _format_box(digit: ReadDigit) -> str:
    box = digit.box
    style = (
        f"left:{box.left}px;top:{box.top}px;width:{box.right - box.left}px;"
        f"height:{box.bottom - box.top}px;--above:{box.top}px;--below:{HEIGHT - box.bottom}px"
    )
    if digit.is_doubtful:
        unsure = _("unsure")
        return f'<i class="doubtful" style="{style}"><b>{digit.digit}?</b><span>{unsure}</span></i>'
    confidence = escape(format_probability(digit.confidence))
    return f'<i style="{style}"><b>{digit.digit}</b><span>{confidence}</span></i>'
