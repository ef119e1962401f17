"""Curves of loss and accuracy of one run, by batch and by epoch, from before the training."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.messages import message
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.teaching.whole_network import VALIDATION_IMAGES
from mnist_core.training.epochs import EpochResult, Progress
from mnist_core.training.keras_evaluation import Performance
from ui.components.chart import show_chart
from ui.formatting import get_percent_unit
from ui.language import _, get_language, localize

# At least 3 to 1 on the paper of both themes.
BATCHES, TRAINING, VALIDATION = "#857f75", "#5b7fa8", "#c2571a"
BINS = 150
TITLES = {
    "loss": message("Loss by epoch (log scale)"),
    "accuracy": message("Accuracy by epoch"),
}
HEIGHT = 290


def show_run_curves(
    snapshot: RunSnapshot, epochs: Sequence[EpochResult], batches: Sequence[Progress]
) -> None:
    """Show the curves of a recorded run.

    Args:
        snapshot: The run.
        epochs: The result of each epoch so far.
        batches: The progress reports so far.
    """
    show_curves(
        epochs,
        batches,
        snapshot.config.epochs,
        snapshot.untrained,
        snapshot.teaching is not None,
    )


def show_curves(
    epochs: Sequence[EpochResult],
    batches: Sequence[Progress],
    total: int,
    untrained: Performance | None,
    is_teaching: bool = False,
) -> None:
    """Show a run's loss and accuracy by batch and by epoch, side by side, if there are any.

    While the run trains, the axis ends with the current epoch, so that the curves fill the charts
    from the first batches on.

    Args:
        epochs: The result of each epoch.
        batches: The progress reports.
        total: The number of epochs of the whole run.
        untrained: The network before its training, if that was recorded.
        is_teaching: Whether the run teaches a person's drawings.
    """
    if not (epochs or batches or untrained):
        return
    checked = [result for result in epochs if result.validation_loss is not None]
    length = count_begun_epochs(epochs, batches, total)
    # What tells whether anything has changed since the charts were drawn.
    newest = (len(epochs), len(batches), *epochs[-1:], *batches[-1:], untrained)
    left, right = st.columns(2)
    for column, name in ((left, "loss"), (right, "accuracy")):
        figure = _draw_curves(name, length, newest, get_language(), epochs, batches)
        with column:
            show_chart(figure, f"train_curve_{name}")
    if is_teaching:
        st.caption(
            _(
                "Training measures the loss on the drawings, changed at random, and on MNIST "
                "images together; validation measures it after each epoch on {count:,} other "
                "MNIST images. So one cannot be compared with the other.",
                count=VALIDATION_IMAGES,
            )
        )
    elif checked:
        st.caption(
            _(
                "The loss measures how little probability the network gives the correct digits: 0 "
                "is perfect, and 2.3 is guessing. Training is measured while the network learns, "
                "with any dropout and augmentation; validation after each epoch, without them. So "
                "the validation result can be better than the training result."
            )
        )
    if untrained is not None:
        st.caption(
            _(
                "The first point is the network before its training, with random weights, on a "
                "small part of the images."
            )
        )


def load_charts_ahead() -> None:
    """Make the browser load its code for charts, by a chart that style.css hides."""
    st.plotly_chart(go.Figure(), key="train_chart_ahead")


@st.cache_resource(max_entries=32, show_spinner=False)
def _draw_curves(
    name: str,
    length: int,
    newest: tuple[object, ...],
    language: str,
    _epochs: Sequence[EpochResult],
    _batches: Sequence[Progress],
) -> go.Figure:
    """Draw the chart of the loss or of the accuracy, unless that has been done."""
    *_others, untrained = newest
    checked = [result for result in _epochs if result.validation_loss is not None]
    factor = 100 if name == "accuracy" else 1
    first = [] if untrained is None else [factor * getattr(untrained, name)]
    x, y = average(_batches, name, length)
    curves = [
        make_curve(
            name,
            [0.0] * len(first) + x.tolist(),
            first + (factor * y).tolist(),
            title=_("Training, by batch"),
            mode="lines",
            line={"color": BATCHES, "width": 2},
        ),
        make_curve(
            name,
            find_ends(_epochs, _batches),
            [factor * getattr(result, name) for result in _epochs],
            title=_("Training, by epoch"),
            line={"color": TRAINING, "width": 2},
            marker={"size": 7},
        ),
        make_curve(
            name,
            [0.0] * len(first) + find_ends(checked, _batches),
            first + [factor * getattr(result, f"validation_{name}") for result in checked],
            title=_("Validation, by epoch"),
            line={"color": VALIDATION, "width": 2, "dash": "dot"},
            marker={"symbol": "diamond", "size": 8},
        ),
    ]
    title = localize(TITLES[name])
    if name == "loss":
        return make_chart(title, name, length, curves)
    missing = 100 - 100 * min((result.accuracy for result in _epochs), default=0)
    lowest = 100 - max(1, 1.5 * missing) if _epochs else 0
    return make_chart(title, name, length, curves, [lowest, 100])


def count_begun_epochs(
    epochs: Sequence[EpochResult], batches: Sequence[Progress], total: int
) -> int:
    """Return how many epochs of a run have begun, from 1 to `total`."""
    begun = max([1, *(report.epoch for report in batches[-1:]), *(r.epoch for r in epochs[-1:])])
    return min(begun, total)


def make_chart(
    title: str,
    name: str,
    epochs: int,
    curves: Sequence[dict[str, Any]],
    y_range: Sequence[float] | None = None,
) -> go.Figure:
    """Return a chart of "loss" or "accuracy" over so many epochs.

    It is made in one piece: plotly takes ten times as long to change a figure as to check one.

    Args:
        title: Stands above it.
        name: "loss" or "accuracy".
        epochs: The length of the axis.
        curves: From `make_curve`.
        y_range: The lowest and the highest value of the axis, for losses their logarithms; by
            default those of the curves.
    """
    ticks = {"dtick": 1} if epochs <= 12 else {"dtick": 5}
    axis = scale_losses(curves) if name == "loss" else {"ticksuffix": get_percent_unit()}
    layout = {
        "title": {"text": title, "font": {"size": 14}, "x": 0, "xanchor": "left"},
        "height": HEIGHT,
        "margin": {"l": 44, "r": 8, "t": 36, "b": 40},
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "yref": "container",  # on the plot, it would cover the axis once a resize rewraps it
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "font": {"size": 11},
        },
        "uirevision": "constant",
        "xaxis": {"range": [0, epochs], "zeroline": False, **ticks},
        "yaxis": axis if y_range is None else {**axis, "range": y_range},
    }
    return go.Figure(data=list(curves), layout=layout)


def make_curve(
    name: str,
    x: Sequence[float],
    y: Sequence[float],
    title: str,
    mode: str = "lines+markers",
    **style: object,
) -> dict[str, Any]:
    """Return a curve over the number of epochs passed, which is given at each point on hover."""
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "name": escape(title, quote=False),  # plotly would make a link of a tag in a run’s name
        "mode": mode,
        "text": [
            _("Before training") if passed == 0 else _("After epoch {passed:.4g}", passed=passed)
            for passed in x
        ],
        "hovertemplate": _("{when}: loss {loss}", when="%{text}", loss="%{y:.4f}")
        if name == "loss"
        else "%{text}: %{y:.2f} %",
        "cliponaxis": False,
        **style,
    }


def scale_losses(curves: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an axis with ticks at 1, 2, 5 and so on, or closer ones for losses close together."""
    losses = np.concatenate([np.empty(0), *(np.asarray(each["y"], float) for each in curves)])
    losses = losses[np.isfinite(losses) & (losses > 0)]
    wide = not losses.size or losses.max() > 5 * losses.min()
    return {"type": "log", "dtick": "D2" if wide else None, "nticks": 6, "tickformat": "~g"}


def find_ends(epochs: Sequence[EpochResult], batches: Sequence[Progress]) -> list[float]:
    """Return the number of epochs passed at each result; the last epoch may be incomplete."""
    return [
        result.epoch - 1 + (min(1.0, result.steps / batches[-1].steps) if batches else 1)
        for result in epochs
    ]


def average(batches: Sequence[Progress], name: str, epochs: int) -> tuple[np.ndarray, np.ndarray]:
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
