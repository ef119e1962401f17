"""Runs that were repeated with other seeds: every run, mean and spread, and two groups compared."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from html import escape

import plotly.graph_objects as go
import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.evaluation.repeated_runs import compare_groups
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.store import make_unique
from ui.components.chart import show_chart
from ui.formatting import escape_markdown, format_percent, format_points, get_percent_unit
from ui.language import _
from ui.newest_runs import MOST_RUNS
from ui.training.overlay_charts import RUN_COLORS
from ui.training.setting_labels import name_network, name_setting
from ui.training.settings_difference import describe_settings, find_differences

MIN_RUNS = 2
ROW_HEIGHT = 56
TIE_SHIFT = 0.12  # of a row, between points that would lie on each other


@dataclass(frozen=True)
class Group:
    """Finished runs whose settings differ in the seed only.

    Attributes:
        config: Their settings, with the seed 0.
        seeds: The seed of each.
        accuracies: Their accuracies on the validation images, in 0..1.
        started: When the oldest of them was created.
    """

    config: TrainingConfig
    seeds: tuple[int, ...]
    accuracies: tuple[float, ...]
    started: datetime


def list_groups(snapshots: Sequence[RunSnapshot]) -> list[Group]:
    """Return the groups of at least two finished runs with different seeds, the newest first.

    Runs that teach are in none: they also differ in the drawings that they teach.
    """
    found: dict[TrainingConfig, dict[int, float]] = {}
    started: dict[TrainingConfig, datetime] = {}
    for snapshot in snapshots:
        config = snapshot.stored_config
        if config is None or snapshot.status != "finished" or snapshot.teaching is not None:
            continue
        accuracy = snapshot.validation_accuracy
        if accuracy is not None:
            group = _without_seed(config)
            # The newest run of a seed counts.
            found.setdefault(group, {}).setdefault(config.seed, accuracy)
            started[group] = snapshot.created
    return [
        Group(config, tuple(by_seed), tuple(by_seed.values()), started[config])
        for config, by_seed in found.items()
        if len(by_seed) >= MIN_RUNS
    ]


def name_groups(groups: Sequence[Group]) -> list[str]:
    """Name each group by its network and by the other settings in which the groups differ.

    Several networks of one's own are numbered, from the oldest on.
    """
    by_age = sorted(groups, key=lambda group: group.started)
    networks = list(dict.fromkeys((each.config.model, each.config.design) for each in by_age))
    titles = make_unique(name_network(model) for model, _design in networks)
    title_of = dict(zip(networks, titles, strict=True))
    settings = [describe_settings(group.config) for group in groups]
    differing = [
        setting
        for setting in settings[0]
        if setting != "network" and len({values[setting] for values in settings}) > 1
    ]
    return make_unique(
        " · ".join(
            [
                title_of[group.config.model, group.config.design],
                *(
                    _("{setting} {value}", setting=name_setting(setting), value=values[setting])
                    for setting in differing
                ),
            ]
        )
        for group, values in zip(groups, settings, strict=True)
    )


def show_repeated_runs(snapshots: Sequence[RunSnapshot]) -> None:
    """Show the groups, and compare two of them."""
    groups = list_groups(snapshots)
    if not groups:
        st.info(
            _(
                "Two trainings with the same settings give slightly different networks, because "
                "they start from other random numbers. To see by how much, choose 3 or more under "
                "“Settings”, “Seeds”, and press Train; the repeated runs appear here."
            ),
            icon=":material/casino:",
        )
        return
    names = name_groups(groups)
    show_chart(_make_figure(groups, names), "train_groups")
    st.caption(
        _(
            "Each point is one run. The line is the mean, and the band reaches one standard "
            "deviation to both sides. The accuracy is that on the validation images, so that the "
            "test images stay unseen while you choose."
        )
    )
    if any(len(group.seeds) > MOST_RUNS for group in groups):
        st.caption(
            _(
                "Of each group, the newest {count} runs are drawn; the line and the band are those "
                "of all its runs.",
                count=MOST_RUNS,
            )
        )
    for name, group in zip(names, groups, strict=True):
        mean = format_percent(statistics.fmean(group.accuracies), 2)
        std = format_points(statistics.stdev(group.accuracies))
        st.markdown(
            _(
                "**{name}**: mean {mean}, standard deviation {std}, {count} runs.",
                name=escape_markdown(name),
                mean=mean,
                std=std,
                count=len(group.seeds),
            )
        )
    if len(groups) > 1:
        _show_difference(groups, names)


def _show_difference(groups: Sequence[Group], names: Sequence[str]) -> None:
    with st.container(horizontal=True):
        numbers = range(len(groups))
        first = st.selectbox(
            _("Compare"), numbers, 1, format_func=names.__getitem__, key="train_group_first"
        )
        second = st.selectbox(
            _("with"), numbers, 0, format_func=names.__getitem__, key="train_group_second"
        )
    if first == second:
        st.caption(_("Choose two different groups."))
        return
    worse, better = sorted((first, second), key=lambda i: statistics.fmean(groups[i].accuracies))
    difference = compare_groups(groups[worse].accuracies, groups[better].accuracies)
    if difference is None:
        return
    value, low, high = map(format_points, (difference.value, difference.low, difference.high))
    changed = find_differences(groups[first].config, groups[second].config)
    if len(changed) == 1:
        ((setting, (before, after)),) = changed.items()
        st.markdown(
            _(
                "They differ in one setting. {label}: {before} and {after}.",
                label=name_setting(setting),
                before=before,
                after=after,
            )
        )
    if difference.is_clear:
        st.markdown(
            _(
                "**The groups differ**: {name} has {value} more. With 95 % confidence the "
                "difference lies between {low} and {high}.",
                name=escape_markdown(names[better]),
                value=value,
                low=low,
                high=high,
            )
        )
    else:
        st.markdown(
            _(
                "**The groups cannot be told apart**: the difference is {value}, and with 95 % "
                "confidence it lies between {low} and {high}, which includes 0. More seeds narrow "
                "the interval.",
                value=value,
                low=low,
                high=high,
            )
        )


def spread_ties(values: Sequence[float]) -> list[float]:
    """Return how far each point is moved up or down, so that equal values do not hide each other.

    Examples:
        >>> spread_ties([0.98, 0.99, 0.98, 0.98])
        [0.0, 0.0, -0.12, 0.12]
    """
    places = [values[:position].count(value) for position, value in enumerate(values)]
    return [TIE_SHIFT * ((place + 1) // 2) * (-1) ** place for place in places]


@lru_cache(maxsize=10_000)
def _without_seed(config: TrainingConfig) -> TrainingConfig:
    return replace(config, seed=0)


def _make_figure(groups: Sequence[Group], names: Sequence[str]) -> go.Figure:
    figure = go.Figure()
    titles = [escape(name, quote=False) for name in names]  # plotly would make links of tags
    for index, group in enumerate(groups):
        values = [100 * accuracy for accuracy in group.accuracies]
        mean, std = statistics.fmean(values), statistics.stdev(values)
        color = RUN_COLORS[index % len(RUN_COLORS)]
        figure.add_shape(
            type="rect", x0=mean - std, x1=mean + std, y0=index - 0.28, y1=index + 0.28,
            fillcolor=color, opacity=0.2, line={"width": 0},
        )  # fmt: skip
        figure.add_shape(
            type="line", x0=mean, x1=mean, y0=index - 0.28, y1=index + 0.28,
            line={"color": color, "width": 2},
        )  # fmt: skip
        figure.add_scatter(
            x=values[:MOST_RUNS],
            y=[index + shift for shift in spread_ties(values[:MOST_RUNS])],
            mode="markers",
            name=titles[index],
            customdata=group.seeds[:MOST_RUNS],
            hovertemplate=_(
                "Seed {seed}: {accuracy}",
                seed="%{customdata}",
                accuracy=f"%{{x:.2f}}{get_percent_unit()}<extra></extra>",
            ),
            marker={"color": color, "size": 10, "line": {"width": 1, "color": "white"}},
        )
    figure.update_layout(
        height=70 + ROW_HEIGHT * len(groups),
        margin={"l": 8, "r": 8, "t": 8, "b": 40},
        showlegend=False,
    )
    figure.update_xaxes(title=_("Validation accuracy"), ticksuffix=get_percent_unit(), nticks=6)
    figure.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=titles,
        range=[len(groups) - 0.5, -0.5],
        automargin=True,
        zeroline=False,
    )
    return figure
