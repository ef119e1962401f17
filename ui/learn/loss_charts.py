"""The charts of the chapter about learning: the loss by a weight, by the rate, and by the step."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from mnist_core.course.one_weight import WeightStep
from ui.components.chart import show_chart
from ui.language import _

GRAY, BLUE, ORANGE = "#857f75", "#5b7fa8", "#c2571a"
DASHES = ("dot", "solid", "dash")
COLORS = (BLUE, ORANGE, GRAY)
AVERAGED = 5
"""Batches over which a curve of losses is averaged, since single ones differ."""


def show_loss_of_weight(curve: np.ndarray, step: WeightStep) -> None:
    """Show the loss as it depends on one weight, its slope, and the step.

    Args:
        curve: (2, n), the values of the weight and the losses.
        step: The weight and its step.
    """
    values, losses = curve
    figure = _make_figure(_("Weight"), 230)
    figure.add_scatter(
        x=values, y=losses, name=_("Loss"), mode="lines", line={"color": BLUE, "width": 2}
    )
    reach = 0.12 * (values[-1] - values[0])
    ends = np.array([-reach, reach])
    figure.add_scatter(
        x=step.weight + ends,
        y=step.loss + step.gradient * ends,
        name=_("Gradient"),
        mode="lines",
        line={"color": GRAY, "width": 2, "dash": "dash"},
    )
    figure.add_scatter(
        x=[step.weight, step.new_weight],
        y=[step.loss, step.new_loss],
        name=_("The step"),
        mode="lines+markers",
        line={"color": ORANGE, "width": 3},
        marker={"size": [9, 12], "symbol": ["circle-open", "circle"]},
    )
    figure.update_yaxes(title=_("Loss"))
    _show(figure, "learn_weight_chart")


def show_rates(rates: Sequence[float], before: float, after: Sequence[float]) -> None:
    """Show the loss of a batch after one step, by the learning rate."""
    figure = _make_figure(_("Learning rate"), 290)
    figure.update_layout(title=_("Loss of a batch after one step"))
    figure.add_scatter(
        x=[rates[0], rates[-1]],
        y=[before, before],
        name=_("Before the step"),
        mode="lines",
        line={"color": GRAY, "width": 2, "dash": "dash"},
    )
    figure.add_scatter(
        x=rates,
        y=after,
        name=_("After the step"),
        mode="lines+markers",
        line={"color": ORANGE, "width": 2},
        marker={"size": 8},
    )
    figure.update_xaxes(type="log", tickvals=list(rates), ticktext=[f"{rate:g}" for rate in rates])
    _show(figure, "learn_rates_chart")


def show_runs(curves: Mapping[float, Sequence[float]], rates: Sequence[float], steps: int) -> None:
    """Show the losses of the first batches of a training, by learning rate."""
    figure = _make_figure(_("Steps"), 290)
    figure.update_layout(title=_("Loss in the first {steps} steps", steps=steps))
    names = (
        _("{rate}, too small", rate=f"{rates[0]:g}"),
        _("{rate}, the tutorial’s", rate=f"{rates[1]:g}"),
        _("{rate}, too large", rate=f"{rates[2]:g}"),
    )
    for rate, name, dash, color in zip(rates, names, DASHES, COLORS, strict=True):
        means = np.convolve(curves[rate], np.ones(AVERAGED) / AVERAGED, "valid")
        figure.add_scatter(
            x=np.arange(len(means)) + AVERAGED // 2,
            y=means,
            name=name,
            mode="lines",
            line={"color": color, "width": 2, "dash": dash},
        )
    _show(figure, "learn_runs_chart")


def _make_figure(axis: str, height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 44, "r": 8, "t": 30, "b": 40},
        showlegend=True,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        font={"size": 12},
    )
    figure.update_xaxes(title=axis, zeroline=False)
    figure.update_yaxes(zeroline=False)
    return figure


def _show(figure: go.Figure, key: str) -> None:
    figure.update_layout(title={"font": {"size": 14}, "x": 0, "xanchor": "left"})
    if figure.layout.title.text:
        figure.update_layout(
            margin={"t": 36},
            legend={"yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        )
    show_chart(figure, key)
