"""A table of the runs: click one to show it, mark several to compare them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import pandas as pd
import streamlit as st

from mnist_core.runs.run import Run
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.store import name_distinctly
from mnist_core.training.fit_diagnosis import Results
from ui import state
from ui.formatting import format_duration, format_percent, format_points, format_time
from ui.language import _, get_language, localize
from ui.layout import error_boundary
from ui.newest_runs import MOST_RUNS, list_newest
from ui.resources import get_store
from ui.training.badges import get_badge
from ui.training.run_comparison import GAP, show_comparison

MOST_COMPARED = 6
SHOWN = "●"
_ALL_KEY = "train_all_runs"


@error_boundary()
def show_runs(shown: Run) -> None:
    """Show the runs. A click on a row shows its run; marked rows are compared below the table.

    Of more than `MOST_RUNS`, the newest are listed, with the shown and the marked ones, until the
    visitor asks for all.

    Args:
        shown: The run that the page shows now.
    """
    by_id = {snapshot.id: snapshot for snapshot in get_store().list()}
    if shown.id not in by_id:
        st.rerun()
    clicked, marked = _show_table(by_id, shown.id)
    if clicked is not None and clicked != shown.id:
        st.query_params["run"] = clicked
        st.rerun()
    compared = [by_id[run_id] for run_id in marked[:MOST_COMPARED]]
    if len(compared) >= 2:
        show_comparison(compared)
    if len(marked) > MOST_COMPARED:
        st.caption(
            _(
                "At most {count} runs are compared: the first of those marked.",
                count=MOST_COMPARED,
            )
        )


def _show_table(by_id: Mapping[str, RunSnapshot], shown: str) -> tuple[str | None, list[str]]:
    """Show the table; return the run that was clicked just now, and those that are marked."""
    session = st.session_state
    marked = [run_id for run_id in session.get(state.RUNS_MARKED, []) if run_id in by_id]
    every = list(by_id)
    ids = every if session.get(_ALL_KEY) else list_newest(every, {shown, *marked})
    names = name_distinctly(by_id.values())
    table = _make_table([by_id[run_id] for run_id in ids], names, shown)
    st.caption(_("Click a run to show it above. Mark two or more at the left to compare them."))
    # A selection consists of row numbers, so another list of runs is another table.
    key = f"train_runs_{hashlib.sha1(' '.join(ids).encode()).hexdigest()[:8]}"
    selection = st.dataframe(
        table,
        hide_index=True,
        column_config={
            SHOWN: st.column_config.TextColumn(width=40, help=_("The run that is shown above.")),
            _("Epochs"): st.column_config.NumberColumn(help=_("The number of complete epochs.")),
            _("Gap"): st.column_config.TextColumn(help=localize(GAP)),
        },
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": [ids.index(run_id) for run_id in marked]}},
        key=key,
    ).selection
    if len(by_id) > MOST_RUNS:
        st.toggle(_("List all {count:,} runs", count=len(by_id)), key=_ALL_KEY)
    session[state.RUNS_MARKED] = [ids[row] for row in selection.rows if row < len(ids)]
    cell = next(iter(selection.cells), None)
    is_new = cell is not None and (key, *cell) != session.get(state.RUN_CLICKED)
    session[state.RUN_CLICKED] = None if cell is None else (key, *cell)
    return ids[cell[0]] if is_new and cell else None, session[state.RUNS_MARKED]


def _make_table(
    snapshots: Sequence[RunSnapshot], names: Mapping[str, str], shown: str
) -> pd.DataFrame:
    language = get_language()
    rows = [
        (
            SHOWN if snapshot.id == shown else "",
            names[snapshot.id],
            *_describe(
                get_badge(snapshot).label,
                snapshot.completed_epochs,
                snapshot.results,
                snapshot.seconds,
                snapshot.created,
                language,
            ),
        )
        for snapshot in snapshots
    ]
    headings = [
        SHOWN,
        _("Name"),
        _("Status"),
        _("Epochs"),
        _("Test accuracy"),
        _("Gap"),
        _("Time"),
        _("Created"),
    ]
    return pd.DataFrame(rows, columns=headings)


@lru_cache(maxsize=10_000)
def _describe(
    status: str,
    epochs: int,
    results: Results | None,
    seconds: float,
    created: datetime,
    language: str,
) -> tuple[object, ...]:
    """Return the cells of a run after its name, in the session's language."""
    return (
        localize(status),
        epochs,
        "–" if results is None else format_percent(results.test_accuracy, 2),
        "–" if results is None else format_points(results.gap),
        format_duration(seconds) if seconds else "–",
        format_time(created),
    )
