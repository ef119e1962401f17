"""The histogram of an image's values, their mean and their standard deviation."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.preprocessing.scaling import as_uint8
from ui.components.chart import show_chart
from ui.components.facts_table import facts_table_html
from ui.language import _
from ui.pixels.cached_statistics import get_class_means

BIN_WIDTH = 16


def show_histogram(image: np.ndarray) -> None:
    """Show the distribution of an image's values beside that of all training images.

    Args:
        image: (28, 28) float32 in 0..1.
    """
    raw, training = as_uint8(image), get_class_means()
    mean, std = float(image.mean(dtype=float)), float(image.std(dtype=float))
    zeros = int((raw == 0).sum())
    headings = (
        _("Pixels of"),
        _("Mean, raw"),
        _("Mean, scaled"),
        _("Standard deviation, raw"),
        _("Standard deviation, scaled"),
    )
    rows = [
        _format_row(_("This image"), mean, std),
        _format_row(_("All training images"), training.mean, training.std),
    ]
    text = _(
        "{zeros} of the {total} pixels are 0. The vertical axis is logarithmic, so that the few "
        "gray pixels can be seen beside them.",
        zeros=zeros,
        total=raw.size,
    )
    st.html(f"{facts_table_html(_('Mean and standard deviation'), headings, rows)}<p>{text}</p>")
    fractions = training.histogram.reshape(-1, BIN_WIDTH).sum(axis=1) / training.histogram.sum()
    counts = np.bincount(raw.ravel(), minlength=256).reshape(-1, BIN_WIDTH).sum(axis=1)
    starts = np.arange(0, 256, BIN_WIDTH)
    names = [_("{low} to {high}", low=low, high=low + BIN_WIDTH - 1) for low in starts]
    figure = go.Figure()
    figure.add_bar(
        x=names,
        y=counts,
        name=_("This image"),
        marker={
            "color": [f"rgb({v},{v},{v})" for v in starts + BIN_WIDTH // 2],
            "line": {"color": "#8a8478", "width": 1},
        },
        hovertemplate=_("{count} pixels with values {range}", count="%{y}", range="%{x}")
        + "<extra></extra>",
    )
    figure.add_scatter(
        x=names,
        y=fractions * raw.size,
        name=_("Average training image"),
        mode="lines+markers",
        line={"color": "#c2571a", "width": 2},
        hovertemplate=_("{count} pixels with values {range}", count="%{y:.1f}", range="%{x}")
        + "<extra></extra>",
    )
    figure.update_layout(
        height=320,
        margin={"l": 50, "r": 8, "t": 8, "b": 40},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        bargap=0.08,
    )
    figure.update_xaxes(title=_("Raw value"), type="category")
    figure.update_yaxes(
        title=_("Pixels (log scale)"), type="log", tickvals=[1, 10, 100, 784], range=[-0.3, 3]
    )
    show_chart(figure, "pixels_histogram")


def _format_row(name: str, mean: float, std: float) -> tuple[str, ...]:
    return name, f"{255 * mean:.2f}", f"{mean:.4f}", f"{255 * std:.2f}", f"{std:.4f}"
