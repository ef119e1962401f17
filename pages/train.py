"""The Train page: choose a network, train it, watch it learn."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.training.architectures import get_network
from ui import state
from ui.components.scroll_into_view import scroll_into_view
from ui.formatting import escape_markdown
from ui.language import _
from ui.layout import show_error, show_heading
from ui.learn.back_link import show_learn_link
from ui.resources import get_store
from ui.training.charts import load_charts_ahead
from ui.training.model_upload import show_model_files
from ui.training.repeated_runs import show_repeated_runs
from ui.training.run_panel import show_run
from ui.training.run_start import show_started_run, start_training
from ui.training.run_table import show_runs
from ui.training.training_form import QUICK, show_form, show_quick_start

LIST_REFRESH_SECONDS = 3


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
        message = _("This run no longer exists.")
        if chosen is not None:
            name = escape_markdown(chosen.name)
            message = _("This run no longer exists; the page shows “{name}” instead.", name=name)
        st.warning(message, icon=":material/search_off:")
    return chosen


def show_invitation() -> bool:
    """Invite to a first training; return whether its button is pressed."""
    with st.container(border=True, key="train_invitation"):
        st.markdown(_("## Train your first network"))
        st.markdown(
            _(
                "One click trains a small network on 55,000 handwritten digits, on this computer, "
                "and its learning curves appear here. Then it classifies what you draw."
            )
        )
        load_charts_ahead()
        return show_quick_start("primary")


@st.fragment
def show_lists(shown: RunSnapshot | None) -> None:
    """Show the list in the open tab: all runs, the repeated ones, or the models from files."""
    all_runs, repeated, model_files = st.tabs(
        [_("All runs"), _("Seeds"), _("Models from files")], on_change="rerun", key="train_tabs"
    )
    snapshots = get_store().list()
    if all_runs.open:
        with all_runs:
            if shown is not None:
                busy = any(snapshot.is_active for snapshot in snapshots)
                every = LIST_REFRESH_SECONDS if busy else None
                st.fragment(show_runs, run_every=every)(shown.run)
            else:
                st.caption(_("All training runs are listed here."))
    if repeated.open:
        with repeated:
            show_repeated_runs(snapshots)
    if model_files.open:
        with model_files:
            show_model_files()


show_heading(_("Train"), _("Watch a network learn to classify digits."))
show_started_run()
store = get_store()
snapshots = store.list()
configs = show_form(
    prominent=bool(snapshots) and not any(snapshot.is_active for snapshot in snapshots),
    has_runs=bool(snapshots),
)
if not snapshots and show_invitation():
    configs = [get_network(QUICK).defaults]
if configs:
    try:
        start_training(configs)
    except RunError as error:
        show_error(error)
    else:
        st.rerun()

shown = choose_run(snapshots)
if shown is not None:
    st.session_state[state.RUN_ID] = shown.id
    show_run(shown.run)
show_learn_link("training")

show_lists(shown)
if shown is not None:
    scroll_into_view(shown.id, "train_scroll", part="train_title")
