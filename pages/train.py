"""The Train page: choose a network, train it, watch it learn."""

import streamlit as st

from mnist_core.runs import ACTIVE, Run, RunError
from ui import state
from ui.layout import show_heading
from ui.resources import get_store
from ui.run_panel import show_run
from ui.training_form import show_form


def choose_run() -> Run | None:
    """Return the run that the address names, or else one that is active, or else the newest."""
    store = get_store()
    named = st.query_params.get("run")
    if named:
        try:
            return store.get(named)
        except RunError as error:
            st.warning(str(error), icon=":material/search_off:")
    runs = store.list()
    in_line = [run for run in reversed(runs) if run.status in ACTIVE]
    return next(iter(in_line or runs), None)


show_heading("Train", "A network learns to read digits, and you watch.")
config = show_form()
if config is not None:
    st.query_params["run"] = get_store().create(config).id

run = choose_run()
if run is None:
    st.info(
        "Nothing has been trained here yet. Press Train, and the curves of the first run will "
        "appear in this place.",
        icon=":material/model_training:",
    )
else:
    st.session_state[state.RUN_ID] = run.id
    show_run(run)
