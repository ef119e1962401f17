"""Curves of loss and accuracy, of one run or of several laid over each other."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.training.trainer import EpochResult, Progress

BATCHES, TRAINING, VALIDATION = "#b8b2a7", "#4d6a8a", "#c2571a"
RUN_COLOURS = ("#4d6a8a", "#c2571a", "#4e8a5b", "#8a5a9c", "#a88a1f", "#3f8f96")
STRETCHES = 150
TITLES = {
    "loss": "Loss by epoch, on a scale of powers of ten",
    "accuracy": "Accuracy by epoch",
}
HEIGHT = 290


def show_curves(epochs: Sequence[EpochResult], batches: Sequence[Progress], total: int) -> None:
    """Show a run's loss and accuracy by batch and by epoch, side by side.

    Args:
        epochs: What each epoch gave.
        batches: The progress reports.
        total: The number of epochs that the run is to have.
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
            "Training is measured while the network learns, with any dropout and augmentation; "
            "validation after each epoch, without them. So validation can be the better of the two."
        )


def show_overlay(runs: Sequence[RunSnapshot]) -> None:
    """Show the validation curves of several runs laid over each other."""
    left, right = st.columns(2)
    longest = max((run.config.epochs for run in runs), default=1)
    for column, name in ((left, "loss"), (right, "accuracy")):
        figure = _make_figure(f"Validation {name} by epoch", name, longest)
        factor = 100 if name == "accuracy" else 1
        for index, run in enumerate(runs):
            checked = [
                result for result in run.run.read_epochs() if result.validation_loss is not None
            ]
            figure.add_scatter(
                x=_find_ends(checked, run.run.read_batches()),
                y=[factor * getattr(result, f"validation_{name}") for result in checked],
                name=f"{index + 1}. {run.name}",
                mode="lines+markers",
                cliponaxis=False,
                line={"color": RUN_COLOURS[index % len(RUN_COLOURS)], "width": 2},
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
    """Put ticks at 1, 2, 5 and so on, or closer ones where all losses lie close together."""
    losses = np.concatenate([np.asarray(trace.y, float) for trace in figure.data])
    losses = losses[np.isfinite(losses) & (losses > 0)]
    wide = not losses.size or losses.max() > 5 * losses.min()
    figure.update_yaxes(type="log", dtick="D2" if wide else None, nticks=6, tickformat="~g")


def _find_ends(epochs: Sequence[EpochResult], batches: Sequence[Progress]) -> list[float]:
    """Return after how many epochs each result was taken; the last epoch may be a part of one."""
    return [
        result.epoch - 1 + (min(1.0, result.steps / batches[-1].steps) if batches else 1)
        for result in epochs
    ]


def _average(batches: Sequence[Progress], name: str, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Average the reports over equal stretches of the run, each report by the steps it covers.

    Returns:
        Epochs passed, (n,), and the mean value there, (n,).
    """
    passed = np.array([report.epoch - 1 + report.step / report.steps for report in batches])
    values = np.array([getattr(report, name) for report in batches])
    weights = np.diff(passed, prepend=0).clip(min=0)
    stretch = (np.clip(passed / epochs, 0, 1) * STRETCHES).astype(int)
    totals = np.bincount(stretch, weights, STRETCHES + 1)
    means = np.bincount(stretch, weights * values, STRETCHES + 1)
    ends = np.zeros(STRETCHES + 1)
    np.maximum.at(ends, stretch, passed)
    some = totals > 0
    return ends[some], means[some] / totals[some]
