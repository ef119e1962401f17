"""The numbers in a picture: a box around each digit, and the lines to copy."""

import numpy as np
import streamlit as st

from mnist_core.inference.number_reading import ReadDigit
from mnist_core.inference.picture_reader import PictureReading
from mnist_core.messages import message
from ui.drawing.image_input import SIDE, fit_image
from ui.drawing.reading_text import show_reading_text
from ui.images import photo_uri
from ui.language import localize

WIDE = 620
"""The longer side of a picture of several digits, in CSS pixels."""
DESCRIPTION = message("The picture, with a box around each digit")
ADVICE = message("Take the picture from above, in even light, and closer to the digits.")


def measure_width(pixels: np.ndarray) -> int:
    """Return how wide a picture of several digits and what belongs to it are, in CSS pixels."""
    height, width = pixels.shape[:2]
    return max(SIDE, round(WIDE * width / max(height, width)))


def show_boxes_in_picture(pixels: np.ndarray, reading: PictureReading) -> None:
    """Show a picture with a box around each digit; doubtful ones are dashed.

    Args:
        pixels: (h, w, 3) RGB or (h, w, 4) RGBA uint8.
        reading: The lines with their boxes in pixels of the picture.
    """
    source = photo_uri(fit_image(pixels, WIDE))
    height, width = pixels.shape[:2]
    boxes = "".join(
        _format_box(digit, width, height) for line in reading.lines for digit in line.digits
    )
    description = localize(DESCRIPTION)
    st.html(
        f'<figure class="read-picture"><img src="{source}" alt="{description}">{boxes}</figure>'
    )


def show_lines(reading: PictureReading) -> None:
    """Show the lines in large type, with a button that copies them, and how much is uncertain."""
    doubtful = sum(line.doubtful_digits for line in reading.lines)
    marks = sum(len(line.marks) for line in reading.lines)
    show_reading_text(reading.text, doubtful, marks, ADVICE)


def _format_box(digit: ReadDigit, width: int, height: int) -> str:
    box = digit.box
    style = (
        f"left:{100 * box.left / width:.2f}%;top:{100 * box.top / height:.2f}%;"
        f"width:{100 * (box.right - box.left) / width:.2f}%;"
        f"height:{100 * (box.bottom - box.top) / height:.2f}%"
    )
    if digit.is_doubtful:
        return f'<i class="doubtful" style="{style}"><b>{digit.digit}?</b></i>'
    return f'<i style="{style}"><b>{digit.digit}</b></i>'
