"""The Train page: choose a network, train it, watch it learn."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot
from ui import state
from ui.formatting import escape_markdown
from ui.layout import show_error, show_heading
from ui.resources import get_store
from ui.training.model_upload import show_model_files
from ui.training.run_comparison import show_runs
from ui.training.run_panel import REFRESH_SECONDS, show_run
from ui.training.run_start import show_started_run, start_training
from ui.training.training_form import show_form


def choose_run(snapshots: Sequence[RunSnapshot]) -> RunSnapshot | None:
    """Return the run in the address, else an active run, else any run.

    Of several active runs, return the one that this tab showed last, else the first in the queue.
    Of several others, return the one that this tab showed last, else the newest. Show a warning
    if the wanted run no longer exists.
    """
    by_id = {snapshot.id: snapshot for snapshot in snapshots}
    named, shown_last = st.query_params.get("run"), st.session_state.get(state.RUN_ID)
    if named in by_id:
        return by_id[named]
    candidates = [each for each in reversed(snapshots) if each.is_active] or snapshots
    chosen = next((each for each in candidates if each.id == shown_last), None)
    chosen = chosen or next(iter(candidates), None)
    wanted = named or shown_last
    if wanted and wanted not in by_id:
        message = "This run no longer exists."
        if chosen is not None:
            name = escape_markdown(chosen.name)
            message = f"This run no longer exists; the page shows “{name}” instead."
        st.warning(message, icon=":material/search_off:")
    return chosen


show_heading("Train", "Watch a network learn to classify digits.")
show_started_run()
store = get_store()
config = show_form(prominent=not any(snapshot.is_active for snapshot in store.list()))
if config is not None:
    try:
        start_training(config)
    except RunError as error:
        show_error(error)
    else:
        st.rerun()

snapshots = store.list()
shown = choose_run(snapshots)
if shown is None:
    st.info(
        "Nothing has been trained here yet. Press Train, and the curves of your first run will "
        "appear here.",
        icon=":material/model_training:",
    )
else:
    st.session_state[state.RUN_ID] = shown.id
    show_run(shown.run)

all_runs, model_files = st.tabs(["All runs", "Models from files"])
with all_runs:
    if shown is not None:
        busy = any(snapshot.is_active for snapshot in snapshots)
        st.fragment(show_runs, run_every=REFRESH_SECONDS if busy else None)(shown.run)
    else:
        st.caption("All training runs are listed here.")
with model_files:
    show_model_files()
