"""Whether the network's probabilities mean what they say."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.evaluation.calibration import Reliability, measure_reliability
from mnist_core.evaluation.comparison import wilson_interval
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter
from ui.error_analysis.address import change_view
from ui.formatting import format_percent

KEY = "errors_reliability"
BINS = 10
POINTS, IDEAL = "#c2571a", "#8a8478"


def show_reliability(evaluation: Evaluation) -> None:
    """Show how often answers are right, by the probability that they were given with."""
    reliability = measure_reliability(evaluation.probabilities, evaluation.labels, BINS)
    chart, words = st.columns([1.5, 1], gap="large")
    with chart:
        _show_diagram(reliability)
    with words:
        confidence = float(evaluation.probabilities.max(axis=1).mean())
        points = 100 * (confidence - evaluation.accuracy)
        conclusion = (
            f"On the whole it is too sure of itself by {points:.2f} points."
            if points > 0
            else f"On the whole it could be surer by {-points:.2f} points."
        )
        st.html(
            "<p>A probability means what it says if, of all the answers given with 80 %, eight in "
            "ten are right: then every point lies on the dotted line. Below it the network is too "
            "sure of itself, above it not sure enough.</p>"
            f"<p>On average this network is <b>{format_percent(confidence, 2)}</b> sure of its "
            f"answers, and <b>{format_percent(evaluation.accuracy, 2)}</b> of them are right. "
            f"{conclusion} "
            f"Bin by bin, the mean gap is <b>{100 * reliability.expected_error:.2f} points</b> "
            "(the expected calibration error).</p>"
            '<p class="note">The bars are 95 % intervals: where few answers fall into a bin, its '
            "point may lie off the line by chance. Choose a point to see its images.</p>"
        )


def _show_diagram(reliability: Reliability) -> None:
    filled = np.flatnonzero(reliability.counts)
    counts = reliability.counts[filled]
    shares = reliability.accuracy[filled]
    intervals = [
        wilson_interval(round(share * count), int(count))
        for share, count in zip(shares, counts, strict=True)
    ]
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": IDEAL, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=100 * reliability.confidence[filled],
        y=100 * shares,
        mode="markers",
        cliponaxis=False,
        customdata=np.stack([filled, counts], axis=1).tolist(),  # an array comes back as a dict
        marker={
            "color": POINTS,
            "size": 9 + 13 * np.sqrt(counts / counts.max()),
            "line": {"width": 1},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [100 * (i.high - s) for i, s in zip(intervals, shares, strict=True)],
            "arrayminus": [100 * (s - i.low) for i, s in zip(intervals, shares, strict=True)],
            "color": IDEAL,
            "thickness": 1.5,
            "width": 4,
        },
        hovertemplate="%{customdata[1]:,} answers, given with %{x:.1f} % on average; "
        "%{y:.1f} % of them are right<extra></extra>",
    )
    figure.update_layout(
        height=420, margin={"l": 56, "r": 16, "t": 8, "b": 44}, showlegend=False, clickmode="select"
    )
    lowest = 10 * int(reliability.edges[filled[0]] * 10)
    figure.update_xaxes(title="Probability of the answer", ticksuffix=" %", range=[lowest, 101])
    figure.update_yaxes(title="Answers that are right", ticksuffix=" %", range=[0, 102])
    st.plotly_chart(
        figure,
        key=KEY,
        config={"displayModeBar": False},
        on_select=_open_bin,
        selection_mode="points",
    )


def _open_bin() -> None:
    points = st.session_state[KEY]["selection"]["points"]
    if points and "customdata" in points[0]:
        place = int(points[0]["customdata"][0])
        chosen = Filter(answers="all", low=place / BINS, high=(place + 1) / BINS)
        change_view(part="gallery", chosen=chosen, order="unsurest", page=1)
