"""The probabilities of the ten digits as bars."""

from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from ui.formatting import format_probability
from ui.language import _

STYLE = Path(__file__).with_name("probability_bars.css")


def show_probability_bars(probabilities: np.ndarray, label: int | None = None) -> None:
    """Show the digits' probabilities, the largest in the accent color.

    Args:
        probabilities: (10,) float in 0..1, summing to 1.
        label: The digit that is marked as the image's label.
    """
    predicted = int(probabilities.argmax())
    rows = "".join(
        _format_row(digit, float(probability), digit == predicted, digit == label)
        for digit, probability in enumerate(probabilities)
    )
    st.html(STYLE)
    name = _("Probabilities")
    st.html(f'<div class="probability-bars" role="list" aria-label="{name}">{rows}</div>')


def _format_row(digit: int, probability: float, is_predicted: bool, is_label: bool) -> str:
    text = escape(format_probability(probability))
    return (
        f'<div role="listitem"{" class=predicted" if is_predicted else ""}><span>{digit}</span>'
        f'<i style="--fraction:{probability:.4f}"></i><b>{text}</b>'
        f"<em>{_('label') if is_label else ''}</em></div>"
    )
