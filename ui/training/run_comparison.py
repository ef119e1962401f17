"""A table of all runs, and a comparison of several."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.store import make_unique
from ui import state
from ui.formatting import format_duration, format_loss, format_percent, format_points
from ui.layout import error_boundary, show_error
from ui.resources import get_store
from ui.training.badges import BADGES
from ui.training.charts import show_overlay
from ui.training.setting_labels import CHANGES, OPTIMIZERS, SCHEDULES, name_network

DIFFERS = "≠"
MOST_COMPARED = 6
COMPARED = "train_compared"
GAP = "Gap: training accuracy minus test accuracy."


@error_boundary()
def show_runs(shown: Run) -> None:
    """Show all runs: choose the one to show above, or several to compare.

    Args:
        shown: The run that the page shows now.
    """
    by_id = {snapshot.id: snapshot for snapshot in get_store().list()}
    if shown.id not in by_id:
        st.rerun()
    unique = make_unique(snapshot.name for snapshot in by_id.values())
    names = dict(zip(by_id, unique, strict=True))
    left, right = st.columns(2)
    with left:
        picked = st.selectbox(
            "Run shown above",
            by_id,
            index=list(by_id).index(shown.id),
            format_func=names.__getitem__,
            # The browser identifies options by name, so a renamed run needs a new widget.
            key=f"train_shown_{names[shown.id]}",
        )
        if picked != shown.id:
            st.query_params["run"] = picked
            st.rerun()
    with right:
        # For the same reason, the selection is set again where names have changed.
        if st.session_state.get(state.RUN_NAMES) != names:
            compared = st.session_state.get(COMPARED, [])
            st.session_state[COMPARED] = [run_id for run_id in compared if run_id in by_id]
            st.session_state[state.RUN_NAMES] = names
        chosen = st.multiselect(
            "Runs to compare",
            by_id,
            format_func=names.__getitem__,
            max_selections=MOST_COMPARED,
            placeholder="Choose two or more",
            key=COMPARED,
        )
    if len(chosen) >= 2:
        _show_comparison([by_id[run_id] for run_id in chosen])
    else:
        st.dataframe(
            pd.DataFrame([_describe(snapshot) for snapshot in by_id.values()]),
            hide_index=True,
            column_config={
                "Epochs": st.column_config.NumberColumn(help="The number of complete epochs."),
                "Gap": st.column_config.TextColumn(help=GAP),
            },
        )


def _describe(snapshot: RunSnapshot) -> dict[str, object]:
    results, epochs = snapshot.results, snapshot.run.read_epochs()
    return {
        "Name": snapshot.name,
        "Status": BADGES[snapshot.status].label,
        "Epochs": snapshot.completed_epochs,
        "Test accuracy": "–" if results is None else format_percent(results.test_accuracy, 2),
        "Gap": "–" if results is None else format_points(results.gap),
        "Time": format_duration(sum(result.seconds for result in epochs)) if epochs else "–",
        "Created": f"{snapshot.created.astimezone():%d %b %Y %H:%M}",
    }


def _show_comparison(snapshots: Sequence[RunSnapshot]) -> None:
    readable = []
    for snapshot in snapshots:
        try:
            _settings_of(snapshot)
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
    table.insert(0, "Differs", [DIFFERS if different else "" for different in differs])
    st.dataframe(
        table.style.apply(
            lambda row: ["font-weight: bold" if row["Differs"] else ""] * len(row), axis=1
        ),
        height="content",
    )
    st.caption(f"Rows marked {DIFFERS} differ between the runs. {GAP}")


def _settings_of(snapshot: RunSnapshot) -> dict[str, str]:
    config = snapshot.config
    changes = [
        label for change, (label, _) in CHANGES.items() if getattr(config.augmentation, change)
    ]
    return {
        "Network": name_network(config.model),
        "Epochs": str(config.epochs),
        "Batch size": str(config.batch_size),
        "Learning rate": f"{config.learning_rate:g}",
        "Optimizer": OPTIMIZERS[config.optimizer],
        "Schedule": SCHEDULES[config.schedule],
        "Label smoothing": f"{config.label_smoothing:g}",
        "Validation fraction": format_percent(config.validation_fraction),
        "Seed": str(config.seed),
        "Augmentation": "; ".join(changes) or "None",
    }


def _results_of(snapshot: RunSnapshot) -> dict[str, str]:
    results = snapshot.results
    epochs = snapshot.run.read_epochs()
    return {
        "Status": BADGES[snapshot.status].label,
        "Test accuracy": "–" if results is None else format_percent(results.test_accuracy, 2),
        "Test loss": "–" if results is None else format_loss(results.test_loss),
        "Gap": "–" if results is None else format_points(results.gap),
        "Time": format_duration(sum(result.seconds for result in epochs)) if epochs else "–",
    }
