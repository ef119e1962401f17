"""The Train page: choose a network, train it, watch it learn."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.runs.snapshot import RunError, RunSnapshot
from ui import state
from ui.formatting import escape_markdown
from ui.layout import show_error, show_heading
from ui.resources import get_store
from ui.training.model_upload import show_model_files
from ui.training.run_comparison import show_runs
from ui.training.run_panel import REFRESH_SECONDS, show_run
from ui.training.training_form import show_form, start_training


def choose_run(runs: Sequence[RunSnapshot]) -> RunSnapshot | None:
    """Return the run that the address names, or else one that is active, or else any.

    Of several, it is the one that this tab has shown last, or else the first in line of those that
    are active, or else the newest. Where the wanted one is gone, that is said.
    """
    by_id = {run.id: run for run in runs}
    named, shown_last = st.query_params.get("run"), st.session_state.get(state.RUN_ID)
    if named in by_id:
        return by_id[named]
    candidates = [run for run in reversed(runs) if run.is_active] or runs
    chosen = next((run for run in candidates if run.id == shown_last), None)
    chosen = chosen or next(iter(candidates), None)
    wanted = named or shown_last
    if wanted and wanted not in by_id:
        instead = (
            "" if chosen is None else f" “{escape_markdown(chosen.name)}” is shown in its place."
        )
        st.warning(
            f"The run that was to be shown here is not there any more.{instead}",
            icon=":material/search_off:",
        )
    return chosen


show_heading("Train", "A network learns to read digits, and you watch.")
store = get_store()
config = show_form(prominent=not any(run.is_active for run in store.list()))
if config is not None:
    try:
        st.query_params["run"] = start_training(config).id
        st.rerun()
    except RunError as error:
        show_error(error)

runs = store.list()
shown = choose_run(runs)
if shown is None:
    st.info(
        "Nothing has been trained here yet. Press Train, and the curves of the first run will "
        "appear in this place.",
        icon=":material/model_training:",
    )
else:
    st.session_state[state.RUN_ID] = shown.id
    show_run(shown.run)

all_runs, model_files = st.tabs(["All runs", "Models from files"])
with all_runs:
    if shown is not None:
        busy = any(run.is_active for run in runs)
        st.fragment(show_runs, run_every=REFRESH_SECONDS if busy else None)(shown.run)
    else:
        st.caption("Every training is kept and listed here.")
with model_files:
    show_model_files()
