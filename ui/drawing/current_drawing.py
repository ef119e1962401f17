"""The drawing on a canvas as it is now, or what stands in for it until there is one."""

import numpy as np
import streamlit as st

from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.scaling import as_float
from ui.drawing.canvas import show_canvas
from ui.drawing.pen_up import read_lifted_pen
from ui.language import _
from ui.resources import get_data
from ui.state import DIGIT_CANVAS, CanvasKeys


def draw_now(keys: CanvasKeys) -> np.ndarray | None:
    """Show a canvas and return the drawing on it, as soon as the pen is lifted.

    Args:
        keys: The canvas.

    Returns:
        (h, w, 4) uint8, white ink on black; None for a blank canvas.
    """
    reported = show_canvas(keys)
    lifted = read_lifted_pen(keys)
    return reported if lifted is None else lifted


def draw_digit() -> tuple[np.ndarray, int | None]:
    """Show the canvas of one digit and return the drawing, or else the first test image.

    Returns:
        The digit, (28, 28) float32 in 0..1, and the label of the test image, None for a drawing.
    """
    image = prepare_drawing(draw_now(DIGIT_CANVAS))
    if image is not None:
        return image, None
    test = get_data().test
    label = int(test.labels[0])
    st.caption(
        _(
            "Draw a digit here. Until then you see the first test image, the digit {label}.",
            label=label,
        )
    )
    return as_float(test.images[0]), label
