"""Curves of loss and accuracy, of one run or of several overlaid."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.training.trainer import EpochResult, Progress

BATCHES, TRAINING, VALIDATION = "#b8b2a7", "#4d6a8a", "#c2571a"
RUN_COLORS = ("#4d6a8a", "#c2571a", "#4e8a5b", "#8a5a9c", "#a88a1f", "#3f8f96")
BINS = 150
TITLES = {
    "loss": "Loss by epoch (log scale)",
    "accuracy": "Accuracy by epoch",
}
OVERLAY_TITLES = {
    "loss": "Validation loss by epoch (log scale)",
    "accuracy": "Validation accuracy by epoch",
}
HEIGHT = 290


def show_curves(epochs: Sequence[EpochResult], batches: Sequence[Progress], total: int) -> None:
    """Show a run's loss and accuracy by batch and by epoch, side by side.

    Args:
        epochs: The result of each epoch.
        batches: The progress reports.
        total: The number of epochs of the whole run.
    """
    checked = [result for result in epochs if result.validation_loss is not None]
    left, right = st.columns(2)
    for column, name in ((left, "loss"), (right, "accuracy")):
        figure = _make_figure(TITLES[name], name, total)
        factor = 100 if name == "accuracy" else 1
        x, y = _average(batches, name, total)
        figure.add_scatter(
            x=x,
            y=factor * y,
            name="Training, by batch",
            mode="lines",
            line={"color": BATCHES, "width": 1},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=_find_ends(epochs, batches),
            y=[factor * getattr(result, name) for result in epochs],
            name="Training, by epoch",
            mode="lines+markers",
            cliponaxis=False,
            line={"color": TRAINING, "width": 2},
        )
        figure.add_scatter(
            x=_find_ends(checked, batches),
            y=[factor * getattr(result, f"validation_{name}") for result in checked],
            name="Validation, by epoch",
            mode="lines+markers",
            cliponaxis=False,
            line={"color": VALIDATION, "width": 2, "dash": "dot"},
            marker={"symbol": "diamond", "size": 8},
        )
        if name == "accuracy" and epochs:
            missing = 100 - 100 * min(result.accuracy for result in epochs)
            figure.update_yaxes(range=[100 - max(1, 1.5 * missing), 100])
        if name == "loss":
            _scale_losses(figure)
        with column:
            st.plotly_chart(figure, key=f"train_curve_{name}", config={"displayModeBar": False})
    if checked:
        st.caption(
            "The loss measures how little probability the network gives the correct digits: 0 is "
            "perfect, and 2.3 is guessing. Training is measured while the network learns, with any "
            "dropout and augmentation; validation after each epoch, without them. So the "
            "validation result can be better than the training result."
        )


def show_overlay(snapshots: Sequence[RunSnapshot]) -> None:
    """Show the validation curves of several runs in the same charts."""
    left, right = st.columns(2)
    longest = max((snapshot.config.epochs for snapshot in snapshots), default=1)
    for column, name in ((left, "loss"), (right, "accuracy")):
        figure = _make_figure(OVERLAY_TITLES[name], name, longest)
        factor = 100 if name == "accuracy" else 1
        for index, snapshot in enumerate(snapshots):
            run = snapshot.run
            checked = [result for result in run.read_epochs() if result.validation_loss is not None]
            figure.add_scatter(
                x=_find_ends(checked, run.read_batches()),
                y=[factor * getattr(result, f"validation_{name}") for result in checked],
                name=f"{index + 1}. {snapshot.name}",
                mode="lines+markers",
                cliponaxis=False,
                line={"color": RUN_COLORS[index % len(RUN_COLORS)], "width": 2},
                marker={"symbol": index % 8, "size": 8},
            )
        if name == "loss":
            _scale_losses(figure)
        with column:
            st.plotly_chart(figure, key=f"train_overlay_{name}", config={"displayModeBar": False})


def _make_figure(title: str, name: str, epochs: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        title={"text": title, "font": {"size": 14}, "x": 0, "xanchor": "left"},
        height=HEIGHT,
        margin={"l": 44, "r": 8, "t": 36, "b": 40},
        showlegend=True,
        legend={"orientation": "h", "y": -0.18, "x": 0, "font": {"size": 11}},
        uirevision="constant",
    )
    ticks = {"dtick": 1} if epochs <= 12 else {"dtick": 5}
    figure.update_xaxes(range=[0, epochs], zeroline=False, **ticks)
    if name == "accuracy":
        figure.update_yaxes(ticksuffix=" %")
    return figure


def _scale_losses(figure: go.Figure) -> None:
    """Use ticks at 1, 2, 5 and so on, or closer ones if all losses are close together."""
    losses = np.concatenate([np.asarray(trace.y, float) for trace in figure.data])
    losses = losses[np.isfinite(losses) & (losses > 0)]
    wide = not losses.size or losses.max() > 5 * losses.min()
    figure.update_yaxes(type="log", dtick="D2" if wide else None, nticks=6, tickformat="~g")


def _find_ends(epochs: Sequence[EpochResult], batches: Sequence[Progress]) -> list[float]:
    """Return the number of epochs passed at each result; the last epoch may be incomplete."""
    return [
        result.epoch - 1 + (min(1.0, result.steps / batches[-1].steps) if batches else 1)
        for result in epochs
    ]


def _average(batches: Sequence[Progress], name: str, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Average the progress reports in equal bins of the run, weighted by the steps they cover.

    Returns:
        Epochs passed, (n,), and the mean value there, (n,).
    """
    passed = np.array([report.epoch - 1 + report.step / report.steps for report in batches])
    values = np.array([getattr(report, name) for report in batches])
    weights = np.diff(passed, prepend=0).clip(min=0)
    bin_index = (np.clip(passed / epochs, 0, 1) * BINS).astype(int)
    totals = np.bincount(bin_index, weights, BINS + 1)
    sums = np.bincount(bin_index, weights * values, BINS + 1)
    ends = np.zeros(BINS + 1)
    np.maximum.at(ends, bin_index, passed)
    filled = totals > 0
    return ends[filled], sums[filled] / totals[filled]
