"""Teaching thoroughly: the newest run that teaches a network a hand's drawings."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.hands import HandInfo, KeptDrawing, as_split
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot, Status
from mnist_core.runs.taught_models import format_taught_title
from mnist_core.runs.teaching_run import create_teaching, read_report, read_taught_drawings
from ui import state
from ui.formatting import escape_markdown
from ui.hand.before_after import show_report
from ui.hand_errors import keep_hand_error
from ui.language import _, localize
from ui.layout import error_boundary
from ui.live_teaching import get_name_in_title
from ui.resources import get_pool, get_store

REFRESH_SECONDS = 1.0
ACTIVE = {
    False: message("“{name}” is being taught."),
    True: message(
        "“{name}” is taught. What that changes is now measured on drawings that are left out, "
        "which takes about three times as long."
    ),
}
"""What is said about a run, by whether the teaching itself has ended."""

UNFINISHED: dict[Status, str] = {
    "stopped": message(
        "“{name}” was stopped early, so that what it changes was not measured. Open the run to "
        "resume it, or teach again."
    ),
    "interrupted": message(
        "“{name}” was interrupted, since the app or its training process ended. Open the run to "
        "resume it, or teach again."
    ),
    "failed": message("Teaching “{name}” failed. Open the run to see why, or teach again."),
    "damaged": message("The record of “{name}” cannot be read. Teach again."),
}
"""What is said about a run that did not reach its end, by its status."""


def start_thorough(hand: HandInfo, drawings: Sequence[KeptDrawing], base: TrainedModel) -> None:
    """Put a run into the queue that teaches a whole network; to be called in a callback.

    Nothing happens if one was started meanwhile, such as in another tab.

    Args:
        hand: The hand.
        drawings: Its drawings, which are copied.
        base: The model to start from.
    """
    newest = find_newest(hand)
    if newest is not None and newest.is_active:
        return
    split, owner = as_split(drawings), get_name_in_title(hand)
    images, name = as_float(split.images), localize(format_taught_title(base.title, owner))
    with keep_hand_error():
        create_teaching(get_store(), images, split.labels, base, owner, name=name, hand_id=hand.id)


def find_newest(hand: HandInfo) -> RunSnapshot | None:
    """Return the newest run that teaches a hand's drawings, None if there is none."""
    snapshots = get_store().list()
    taught = (each for each in snapshots if each.teaching and each.teaching.hand_id == hand.id)
    return next(taught, None)


def show_thorough(snapshot: RunSnapshot, drawings: Sequence[KeptDrawing]) -> None:
    """Show the progress of a run, or its result.

    Args:
        snapshot: A run that teaches.
        drawings: The hand's drawings as they are now.
    """
    every = REFRESH_SECONDS if snapshot.is_active else None
    st.fragment(_show, run_every=every)(snapshot.run, snapshot.is_active, drawings)


def _show(run: Run, was_active: bool, drawings: Sequence[KeptDrawing]) -> None:
    snapshot = run.read()
    if was_active and not snapshot.is_active:
        st.rerun()
    st.html(f'<h2 class="chapter">{_("Teaching thoroughly")}</h2>')
    with error_boundary():
        name = escape_markdown(snapshot.name)
        if problem := get_pool().problem if snapshot.is_active else None:
            st.error(localize(problem), icon=":material/error:")
        elif snapshot.status == "queued":
            st.progress(0.0, text=_("“{name}” waits for its turn.", name=name))
        elif snapshot.is_active:
            batches = run.read_batches()
            fraction = batches[-1].fraction if batches else 0.0
            st.progress(fraction, text=_(ACTIVE[fraction == 1], name=name))
        elif snapshot.status == "finished":
            if report := read_report(run):
                show_report(report, drawings if _was_taught(run, drawings) else ())
            else:
                st.markdown(_("“{name}” is ready.", name=name))
        else:
            st.warning(
                _(UNFINISHED[snapshot.status], name=name),
                icon=":material/warning:",
            )
        _show_links(snapshot)


def _was_taught(run: Run, drawings: Sequence[KeptDrawing]) -> bool:
    """Return whether a run was taught exactly these drawings with these labels."""
    try:
        taught = read_taught_drawings(run)
    except RunError:
        return False
    now = as_split(drawings)
    return np.array_equal(taught.images, now.images) and np.array_equal(taught.labels, now.labels)


def _show_links(snapshot: RunSnapshot) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not snapshot.is_active and snapshot.run.model_path.exists():
            is_chosen = st.session_state.get(state.MODEL_ID) == snapshot.id
            if st.button(
                _("Use this model"),
                icon=":material/check:",
                key="hand_use_run",
                disabled=is_chosen,
                help=_("It is the model on every page.") if is_chosen else None,
            ):
                st.session_state[state.MODEL_ID] = snapshot.id
                st.rerun()
        st.page_link(
            "pages/train.py",
            label=_("Open the run"),
            icon=":material/model_training:",
            query_params={"run": snapshot.id},
        )
