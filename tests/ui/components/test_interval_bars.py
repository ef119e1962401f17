"""Values with their confidence intervals as bars."""

import re

import pytest
import streamlit as st

from mnist_core.evaluation.comparison import Interval
from ui.components.interval_bars import IntervalBar, show_interval_bars


def test_all_bars_have_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a fifth wider than what the intervals cover together."""
    shown: list[object] = []
    monkeypatch.setattr(st, "html", shown.append)
    bars = [
        IntervalBar("<A>", 0.5, "50 %", Interval(0.4, 0.6), "40 % to 60 %"),
        IntervalBar("B", 0.85, "85 %", Interval(0.8, 0.9), "80 % to 90 %"),
    ]
    show_interval_bars(bars, "<p>Below</p>")
    html = str(shown[-1])
    numbers = [float(number) for number in re.findall(r"--\w+:([\d.]+)", html)]
    # 0.4 to 0.9, widened by 0.05 on either side
    expected = [(value - 0.35) / 0.6 for value in (0.4, 0.6, 0.5, 0.8, 0.9, 0.85)]
    assert numbers == pytest.approx(expected, abs=1e-4)
    assert "<b>&lt;A&gt;</b>" in html
    assert html.endswith("<p>Below</p>")
