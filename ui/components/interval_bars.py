"""Values with their confidence intervals as bars, all on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from mnist_core.evaluation.comparison import Interval

STYLE = Path(__file__).with_name("interval_bars.css")
MARGIN = 0.1
"""Free space on either side of the intervals, as a fraction of what they cover together."""


@dataclass(frozen=True)
class IntervalBar:
    """One row.

    Attributes:
        title: What was measured.
        value: The measured value.
        text: The value in words, beside the title.
        interval: Its confidence interval.
        interval_text: The interval in words, below the bar.
    """

    title: str
    value: float
    text: str
    interval: Interval
    interval_text: str


def show_interval_bars(bars: Sequence[IntervalBar], below: str, is_large: bool = False) -> None:
    """Show values with their intervals.

    Args:
        bars: The rows; at least one.
        below: HTML that follows them.
        is_large: Whether the bars are the main content of their part of the page.
    """
    low = min(bar.interval.low for bar in bars)
    high = max(bar.interval.high for bar in bars)
    margin = MARGIN * (high - low)
    rows = "".join(_format_row(bar, low - margin, high + margin) for bar in bars)
    st.html(STYLE)
    size = " large" if is_large else ""
    st.html(f'<div class="interval-bars{size}">{rows}</div>{below}')


def _format_row(bar: IntervalBar, start: float, end: float) -> str:
    low, high, value = (
        (each - start) / (end - start) for each in (bar.interval.low, bar.interval.high, bar.value)
    )
    return (
        f"<div><b>{escape(bar.title)}</b><span>{escape(bar.text)}</span>"
        f'<i style="--low:{low:.4f};--high:{high:.4f};--value:{value:.4f}"></i>'
        f"<small>{escape(bar.interval_text)}</small></div>"
    )
