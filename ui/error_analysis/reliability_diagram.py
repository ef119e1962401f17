"""The reliability diagram: accuracy by confidence, and the calibration error."""

from html import escape

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.evaluation.calibration import Reliability, measure_reliability
from mnist_core.evaluation.comparison import wilson_interval
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter
from ui.components.chart import show_chart
from ui.components.facts_table import facts_table_html
from ui.error_analysis.view import change_view
from ui.formatting import format_percent, get_percent_unit
from ui.language import _

KEY = "errors_reliability"
BINS = 10
POINT_COLOR, DIAGONAL_COLOR = "#c2571a", "#8a8478"


def show_reliability(evaluation: Evaluation) -> None:
    """Show the reliability diagram beside an explanation and the calibration error."""
    reliability = measure_reliability(evaluation.probabilities, evaluation.labels, BINS)
    chart, text = st.columns([1.5, 1], gap="large")
    with chart:
        _show_diagram(reliability)
        _show_table(reliability)
    with text:
        confidence = float(evaluation.probabilities.max(axis=1).mean())
        mean_confidence = format_percent(confidence, 2)
        accuracy = format_percent(evaluation.accuracy, 2)
        meaning = _(
            "A classifier is calibrated if, of all predictions made with a confidence of 80 %, 80 "
            "% are correct. Then every point lies on the dotted line. Points below it mean "
            "overconfidence, points above it underconfidence."
        )
        means = _(
            "The mean confidence of this network is <b>{confidence}</b>, its accuracy "
            "<b>{accuracy}</b>.",
            confidence=escape(mean_confidence),
            accuracy=escape(accuracy),
        )
        error = _(
            "The expected calibration error, the mean gap of the bins weighted by their number of "
            "predictions, is <b>{error:.2f} points</b>.",
            error=100 * reliability.expected_error,
        )
        note = _(
            "The bars are 95 % confidence intervals: with few predictions in a bin, its point may "
            "be off the line by chance. Choose a point to see its images."
        )
        st.html(
            f"<p>{meaning}</p><p>{means} {_format_gap(confidence - evaluation.accuracy)}</p>"
            f'<p>{error}</p><p class="note">{note}</p>'
        )


def _format_gap(gap: float) -> str:
    """Return a sentence about mean confidence minus accuracy, -1..1."""
    points = f"{100 * abs(gap):.2f}"
    if points == "0.00":
        return _("Overall, confidence and accuracy agree.")
    if gap > 0:
        return _("Overall it is overconfident by {points} points.", points=points)
    return _("Overall it is underconfident by {points} points.", points=points)


def _show_diagram(reliability: Reliability) -> None:
    filled = np.flatnonzero(reliability.counts)
    counts = reliability.counts[filled]
    accuracies = reliability.accuracy[filled]
    intervals = [
        wilson_interval(round(accuracy * count), int(count))
        for accuracy, count in zip(accuracies, counts, strict=True)
    ]
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": DIAGONAL_COLOR, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=100 * reliability.confidence[filled],
        y=100 * accuracies,
        mode="markers",
        cliponaxis=False,
        customdata=np.stack([filled, counts], axis=1).tolist(),  # an array comes back as a dict
        marker={
            "color": POINT_COLOR,
            "size": 9 + 13 * np.sqrt(counts / counts.max()),
            "line": {"width": 1},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [100 * (i.high - a) for i, a in zip(intervals, accuracies, strict=True)],
            "arrayminus": [100 * (a - i.low) for i, a in zip(intervals, accuracies, strict=True)],
            "color": DIAGONAL_COLOR,
            "thickness": 1.5,
            "width": 4,
        },
        hovertemplate=_(
            "predictions: {count}<br>mean confidence: {confidence} %<br>accuracy: {accuracy} %",
            count="%{customdata[1]:,}",
            confidence="%{x:.1f}",
            accuracy="%{y:.1f}",
        )
        + "<extra></extra>",
    )
    figure.update_layout(
        height=420, margin={"l": 56, "r": 16, "t": 8, "b": 44}, showlegend=False, clickmode="select"
    )
    lowest = 10 * int(reliability.edges[filled[0]] * 10)
    figure.update_xaxes(
        title=_("Confidence: probability of the predicted digit"),
        ticksuffix=get_percent_unit(),
        range=[lowest, 101],
    )
    figure.update_yaxes(title=_("Accuracy"), ticksuffix=get_percent_unit(), range=[0, 102])
    show_chart(figure, KEY, on_select=_open_bin)


def _show_table(reliability: Reliability) -> None:
    rows = [
        (
            _("{low} to {high} %", low=100 * index // BINS, high=100 * (index + 1) // BINS),
            f"{reliability.counts[index]:,}",
            escape(format_percent(reliability.confidence[index], 1)),
            escape(format_percent(reliability.accuracy[index], 1)),
        )
        for index in np.flatnonzero(reliability.counts).tolist()
    ]
    headings = (_("Confidence"), _("Predictions"), _("Mean confidence"), _("Accuracy"))
    with st.expander(_("As a table")):
        st.html(facts_table_html(_("Accuracy by confidence"), headings, rows))


def _open_bin() -> None:
    points = st.session_state[KEY]["selection"]["points"]
    if points and "customdata" in points[0]:
        bin_index = int(points[0]["customdata"][0])
        images = Filter(predictions="all", low=bin_index / BINS, high=(bin_index + 1) / BINS)
        change_view(part="gallery", filter=images, order="least-confident", page=1)
