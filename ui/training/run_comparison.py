"""All runs in a table, and several of them laid side by side."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.runs.run import Run
from mnist_core.runs.snapshot import RunError, RunSnapshot
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
GAP = "The gap is by how much more of the training digits than of the test digits is read rightly."


@error_boundary()
def show_runs(shown: Run) -> None:
    """Show all runs: choose the one to look at, or some to compare.

    Args:
        shown: The run that the page shows now.
    """
    runs = get_store().list()
    if shown.id not in {run.id for run in runs}:
        st.rerun()
    by_id = {run.id: run for run in runs}
    names = dict(zip(by_id, make_unique(run.name for run in runs), strict=True))
    left, right = st.columns(2)
    with left:
        picked = st.selectbox(
            "Run shown above",
            by_id,
            index=list(by_id).index(shown.id),
            format_func=names.__getitem__,
            # The browser knows what is picked by its name, so that another name is another picker.
            key=f"train_shown_{names[shown.id]}",
        )
        if picked != shown.id:
            st.query_params["run"] = picked
            st.rerun()
    with right:
        # What is chosen is known by its names, too, and is told again where they have changed.
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
            pd.DataFrame([_describe(run) for run in runs]),
            hide_index=True,
            column_config={
                "Epochs": st.column_config.NumberColumn(help="How many whole epochs were trained."),
                "Gap": st.column_config.TextColumn(help=GAP),
            },
        )


def _describe(run: RunSnapshot) -> dict[str, object]:
    results, epochs = run.results, run.run.read_epochs()
    return {
        "Name": run.name,
        "Status": BADGES[run.status].label,
        "Epochs": run.completed_epochs,
        "Test accuracy": "–" if results is None else format_percent(results.test_accuracy, 2),
        "Gap": "–" if results is None else format_points(results.gap),
        "Time": format_duration(sum(result.seconds for result in epochs)) if epochs else "–",
        "Started": f"{run.created.astimezone():%d %b %Y %H:%M}",
    }


def _show_comparison(runs: Sequence[RunSnapshot]) -> None:
    readable = []
    for run in runs:
        try:
            _settings_of(run)
        except RunError as error:
            show_error(error)
        else:
            readable.append(run)
    show_overlay(readable)
    columns = {
        f"{number}. {run.name}": _settings_of(run) | _results_of(run)
        for number, run in enumerate(readable, start=1)
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


def _settings_of(run: RunSnapshot) -> dict[str, str]:
    config = run.config
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
        "Validation share": format_percent(config.validation_fraction),
        "Seed": str(config.seed),
        "Augmentation": "; ".join(changes) or "None",
    }


def _results_of(run: RunSnapshot) -> dict[str, str]:
    results = run.results
    epochs = run.run.read_epochs()
    return {
        "Status": BADGES[run.status].label,
        "Test accuracy": "–" if results is None else format_percent(results.test_accuracy, 2),
        "Test loss": "–" if results is None else format_loss(results.test_loss),
        "Gap": "–" if results is None else format_points(results.gap),
        "Time": format_duration(sum(result.seconds for result in epochs)) if epochs else "–",
    }
