"""Digits to choose for those who cannot draw, or do not want to."""

import numpy as np
import streamlit as st

from mnist_core.preprocessing.canvas_strokes import read_strokes, write_strokes
from mnist_core.synthesis.digit_templates import TEMPLATES
from mnist_core.synthesis.strokes import smooth
from ui import state
from ui.components.widget_value import with_value
from ui.drawing.canvas_drawing import replace_strokes
from ui.drawing.canvas_report import HEIGHT
from ui.drawing.pen_width import PEN_WIDTH
from ui.language import _
from ui.state import DIGIT_CANVAS, CanvasKeys

SAMPLE_SIZE = 0.62
"""The longer side of a sample, as a fraction of the canvas."""
SMALL_SIZE = 0.24
MARGIN = 20
_KEY = "draw_sample"


def show_samples(keys: CanvasKeys) -> None:
    """Show the ten digits; the chosen one is put on the canvas."""

    def put(digit: int | None) -> None:
        st.session_state[_KEY] = None
        if digit is not None:
            replace_strokes(keys, make_sample(digit, _next_variant()))

    st.pills(
        _("No pen at hand? Choose a digit"), range(10), key=_KEY, on_change=with_value(_KEY, put)
    )


def make_sample(digit: int, variant: int) -> list[dict[str, object]]:
    """Return a digit in the middle of the canvas, as objects of its JSON.

    Args:
        digit: 0..9.
        variant: Another one gives another drawing of the digit.
    """
    rng = np.random.default_rng((digit, variant))
    strokes = [smooth(stroke) for stroke in TEMPLATES[digit](rng)]
    low, high = _find_extent(strokes)
    scale = SAMPLE_SIZE * HEIGHT / (high - low).max()
    offset = (np.array([DIGIT_CANVAS.width, HEIGHT]) - scale * (low + high)) / 2
    return write_strokes([scale * stroke + offset for stroke in strokes], PEN_WIDTH)


def move_to_corner(keys: CanvasKeys) -> None:
    """Make the drawing small and move it into the upper left corner of the canvas."""
    strokes = read_strokes(st.session_state.get(keys.strokes))
    if not strokes:
        return
    low, high = _find_extent(strokes)
    scale = SMALL_SIZE * HEIGHT / max(1.0, float((high - low).max()))
    small = [scale * (stroke - low) + MARGIN for stroke in strokes]
    replace_strokes(keys, write_strokes(small, max(4.0, scale * PEN_WIDTH)))


def _find_extent(strokes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def _next_variant() -> int:
    count: int = st.session_state.get(state.SAMPLES, 0)
    st.session_state[state.SAMPLES] = count + 1
    return count
