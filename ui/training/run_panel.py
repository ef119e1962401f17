"""A training run on the Train page: its progress while it trains, its results afterwards."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from mnist_core.jobs.cost_estimate import estimate_remaining, measure_pace
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import ACTIVE, RESUMABLE, RunSnapshot
from mnist_core.runs.store import name_distinctly
from mnist_core.training.epochs import EpochResult, Progress
from mnist_core.training.fit_diagnosis import find_failure
from ui import state
from ui.formatting import escape_markdown, format_duration
from ui.language import _, localize
from ui.layout import error_boundary, show_error
from ui.resources import get_pool, get_store
from ui.training.badges import get_badge
from ui.training.change_one_thing import show_change_button
from ui.training.charts import show_run_curves
from ui.training.code_view import show_code_button
from ui.training.epoch_predictions import show_epoch_predictions
from ui.training.fit_message import FAILURES
from ui.training.growth_view import show_growth
from ui.training.queue_message import format_queue_position
from ui.training.run_menu import show_run_menu
from ui.training.run_results import format_resume_point, show_interrupted, show_results
from ui.training.teaching_message import show_teaching

REFRESH_SECONDS = 0.7
# A run that has just been started is refreshed more often until its curves grow.
START_REFRESH_SECONDS, START_SECONDS = 0.2, 10


def show_run(run: Run, has_form: bool = True) -> None:
    """Show a run; while it is queued or training, refresh it about every second.

    Args:
        run: The run.
        has_form: Whether the form for the settings is above it.
    """
    snapshot = run.read()
    name = name_distinctly(get_store().list()).get(snapshot.id, snapshot.name)
    every = _choose_interval(snapshot)
    st.fragment(_show_run, run_every=every)(run, name, every, has_form)


def _choose_interval(snapshot: RunSnapshot) -> float | None:
    """Return the seconds until the next refresh; None for a run that has ended."""
    if not snapshot.is_active:
        return None
    is_new = datetime.now(UTC) - snapshot.created < timedelta(seconds=START_SECONDS)
    if is_new and not snapshot.run.read_batches():
        return START_REFRESH_SECONDS
    return REFRESH_SECONDS


def _show_run(run: Run, name: str, interval: float | None, has_form: bool) -> None:
    snapshot = run.read()
    ended = interval is not None and not snapshot.is_active
    if ended or not run.folder.exists():
        st.rerun()
    with error_boundary():
        badge = get_badge(snapshot)
        with st.container(horizontal=True, vertical_alignment="center", key="train_title"):
            st.markdown(
                f"## {escape_markdown(name)} &nbsp; "
                f":{badge.color}-badge[{badge.icon} {localize(badge.label)}]",
                width="stretch",
            )
            _show_buttons(snapshot, has_form)
        show_teaching(snapshot)
        show = {
            "queued": _show_queued,
            "running": _show_running,
            "stopping": _show_running,
            "finished": show_results,
            "stopped": show_results,
            "interrupted": show_interrupted,
            "failed": show_interrupted,
            "damaged": _show_damaged,
        }[snapshot.status]
        show(snapshot)
    if _choose_interval(snapshot) != interval:
        st.rerun()


def _show_buttons(snapshot: RunSnapshot, has_form: bool) -> None:
    run, status = snapshot.run, snapshot.status
    if status in ACTIVE:
        st.button(
            _("Stop"),
            icon=":material/stop:",
            disabled=status == "stopping",
            on_click=_stop,
            args=(run,),
            help=_("Ends the training now and saves the trained weights."),
            key="train_stop",
        )
    if status in RESUMABLE and st.button(
        _("Resume"),
        icon=":material/resume:",
        help=format_resume_point(snapshot),
        key="train_resume",
    ):
        run.resume()
        st.rerun()
    if (
        status not in ACTIVE
        and run.model_path.exists()
        and st.button(_("Draw with this model"), icon=":material/draw:", key="train_draw")
    ):
        st.session_state[state.MODEL_ID] = run.id
        st.switch_page("pages/draw.py")
    config = snapshot.stored_config
    if status not in ACTIVE and config is not None and snapshot.teaching is None:
        show_code_button(config, "train_run_code")
    if status not in ACTIVE:
        if has_form:
            show_change_button(snapshot)
        show_run_menu(run)


def _stop(run: Run) -> None:
    try:
        run.request_stop()
    except RunError as error:
        st.toast(escape_markdown(localize(str(error))), icon=":material/error:")


def _show_queued(snapshot: RunSnapshot) -> None:
    problem = get_pool().problem
    if problem:
        show_error(problem)
    else:
        st.info(format_queue_position(snapshot, get_store()), icon=":material/hourglass_empty:")


def _show_running(snapshot: RunSnapshot) -> None:
    epochs, batches = snapshot.run.read_epochs(), snapshot.run.read_batches()
    if not batches:
        st.progress(0.0, text=_("Building the network, which takes a few seconds."))
    else:
        now = batches[-1]
        st.progress(now.fraction, text=_format_progress(snapshot, epochs, batches))
        if snapshot.stop_requested:
            st.caption(
                _(
                    "The network is being saved and evaluated on the 10,000 test images and as "
                    "many training images, which takes a few seconds."
                )
            )
        elif failure := find_failure(epochs, batches):
            st.warning(localize(FAILURES[failure]), icon=":material/warning:")
    show_run_curves(snapshot, epochs, batches)
    if batches or snapshot.untrained is not None:  # the first point does not wait for these
        show_epoch_predictions(snapshot)
        show_growth(snapshot)


def _format_progress(
    snapshot: RunSnapshot, epochs: Sequence[EpochResult], batches: Sequence[Progress]
) -> str:
    now = batches[-1]
    position = _(
        "Epoch {epoch} of {epochs}, batch {step:,} of {steps:,}",
        epoch=now.epoch,
        epochs=now.epochs,
        step=now.step,
        steps=now.steps,
    )
    pace = measure_pace(batches)
    if pace is not None and snapshot.teaching is None:
        images_per_second = snapshot.config.batch_size / pace
        position = _(
            "{position}, {images_per_second:,.7g} images per second",
            position=position,
            images_per_second=float(f"{images_per_second:.2g}"),
        )
    remaining = estimate_remaining(epochs, batches)
    if snapshot.stop_requested:
        return _("{position}, saving the trained weights", position=position)
    if now.fraction == 1 and snapshot.teaching is not None:
        return _("{position}, checking with drawings that are left out", position=position)
    if now.fraction == 1:
        return _("{position}, evaluating on the test images", position=position)
    if remaining is not None:
        return _(
            "{position}, {remaining} left", position=position, remaining=format_duration(remaining)
        )
    return position


def _show_damaged(snapshot: RunSnapshot) -> None:
    name = escape_markdown(snapshot.id)
    st.error(
        _(
            "The record of the run {name} cannot be read. Delete the run under “Manage”, or "
            "restore its folder from a backup.",
            name=name,
        ),
        icon=":material/broken_image:",
    )
