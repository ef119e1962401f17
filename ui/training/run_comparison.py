"""A comparison of several runs: their curves, and what differs in their settings and results."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.messages import message
from mnist_core.runs.model_registry import find_base_title
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot
from ui.formatting import (
    escape_markdown,
    format_duration,
    format_loss,
    format_percent,
    format_points,
)
from ui.language import _, localize
from ui.layout import show_error
from ui.training.badges import get_badge
from ui.training.overlay_charts import show_overlay
from ui.training.setting_labels import name_setting
from ui.training.settings_difference import (
    describe_settings,
    find_differences,
    format_differences,
)

DIFFERS = "≠"
GAP = message("Gap: training accuracy minus test accuracy.")


def show_comparison(snapshots: Sequence[RunSnapshot]) -> None:
    """Show the curves, settings and results of two or more runs; what differs is marked."""
    readable = []
    for snapshot in snapshots:
        try:
            describe_settings(snapshot.config)
        except RunError as error:
            show_error(error)
        else:
            readable.append(snapshot)
    show_overlay(readable)
    columns = {
        f"{number}. {snapshot.name}": _settings_of(snapshot) | _results_of(snapshot)
        for number, snapshot in enumerate(readable, start=1)
    }
    table = pd.DataFrame(columns)
    if table.empty:
        return
    differs = table.nunique(axis=1) > 1
    mark = _("Differs")
    table.insert(0, mark, [DIFFERS if different else "" for different in differs])
    st.dataframe(
        table.style.apply(
            lambda row: ["font-weight: bold" if row[mark] else ""] * len(row), axis=1
        ),
        height="content",
    )
    if len(readable) == 2:
        first, second = (snapshot.config for snapshot in readable)
        st.markdown(escape_markdown(format_differences(find_differences(first, second))))
    st.caption(
        _(
            "Rows marked {differs} differ between the runs. {gap}",
            differs=DIFFERS,
            gap=localize(GAP),
        )
    )


def _settings_of(snapshot: RunSnapshot) -> dict[str, str]:
    start = (
        localize(find_base_title(snapshot.teaching)) if snapshot.teaching else _("Random weights")
    )
    network, *others = (
        (name_setting(setting), value)
        for setting, value in describe_settings(snapshot.config).items()
    )
    return dict([network, (_("Starts from"), start), *others])


def _results_of(snapshot: RunSnapshot) -> dict[str, str]:
    results = snapshot.results
    epochs = snapshot.run.read_epochs()
    return {
        _("Status"): localize(get_badge(snapshot).label),
        _("Test accuracy"): "–" if results is None else format_percent(results.test_accuracy, 2),
        _("Test loss"): "–" if results is None else format_loss(results.test_loss),
        _("Gap"): "–" if results is None else format_points(results.gap),
        _("Time"): format_duration(sum(result.seconds for result in epochs)) if epochs else "–",
    }
