"""One training run as it stands: live while it trains, with its results afterwards."""

import pandas as pd
import streamlit as st

from mnist_core.inference.classifier import ModelError
from mnist_core.jobs.cost_estimate import estimate_remaining, measure_pace
from mnist_core.runs.model_registry import trained_model
from mnist_core.runs.run import Run
from mnist_core.runs.snapshot import ACTIVE, RESUMABLE, RunError, RunSnapshot
from mnist_core.training.fit_diagnosis import Results, diagnose_fit
from mnist_core.training.trainer import EpochResult
from ui import state
from ui.formatting import (
    escape_markdown,
    format_count,
    format_duration,
    format_loss,
    format_percent,
    format_points,
    format_shape,
)
from ui.layout import error_boundary, show_error
from ui.resources import get_classifier, get_pool, get_store
from ui.training.badges import BADGES
from ui.training.charts import show_curves
from ui.training.epoch_predictions import show_rereadings
from ui.training.run_menu import show_management

REFRESH_SECONDS = 0.7


def show_run(run: Run) -> None:
    """Show a run; while it is queued or training, anew about every second."""
    active = run.read().is_active
    every = REFRESH_SECONDS if active else None
    st.fragment(_show_run, run_every=every)(run, active)


def _show_run(run: Run, was_active: bool) -> None:
    snapshot = run.read()
    ended = was_active and not snapshot.is_active
    if ended or not run.folder.exists():
        st.rerun()
    with error_boundary():
        badge = BADGES[snapshot.status]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"#### {escape_markdown(snapshot.name)} &nbsp; "
                f":{badge.color}-badge[{badge.icon} {badge.label}]",
                width="stretch",
            )
            _show_buttons(snapshot)
        show = {
            "queued": _show_queued,
            "running": _show_running,
            "stopping": _show_running,
            "finished": _show_ended,
            "stopped": _show_ended,
            "interrupted": _show_broken_off,
            "failed": _show_broken_off,
            "damaged": _show_damaged,
        }[snapshot.status]
        show(snapshot)


def _show_buttons(snapshot: RunSnapshot) -> None:
    run, status = snapshot.run, snapshot.status
    if status in ACTIVE:
        st.button(
            "Stop",
            icon=":material/stop:",
            disabled=status == "stopping",
            on_click=_stop,
            args=(run,),
            help="Ends the training now and keeps what was learnt.",
            key="train_stop",
        )
    if status in RESUMABLE and st.button(
        "Resume",
        icon=":material/resume:",
        help=_say_where_it_resumes(snapshot),
        key="train_resume",
    ):
        run.resume()
        st.rerun()
    if (
        status not in ACTIVE
        and run.model_path.exists()
        and st.button("Draw with this model", icon=":material/draw:", key="train_draw")
    ):
        st.session_state[state.MODEL_ID] = run.id
        st.switch_page("pages/draw.py")
    if status not in ACTIVE:
        show_management(run)


def _stop(run: Run) -> None:
    try:
        run.request_stop()
    except RunError as error:
        st.toast(escape_markdown(str(error)), icon=":material/error:")


def _show_queued(run: RunSnapshot) -> None:
    waiting = [other.id for other in get_store().queue()]
    place = waiting.index(run.id) + 1 if run.id in waiting else 1
    problem = get_pool().problem
    if problem:
        show_error(problem)
    elif place == 1:
        st.info(
            "This run is the first in the queue and starts as soon as a worker is free.",
            icon=":material/hourglass_empty:",
        )
    else:
        st.info(
            f"This run is number {place} in the queue and starts when those before it have ended.",
            icon=":material/hourglass_empty:",
        )


def _show_running(run: RunSnapshot) -> None:
    epochs, batches = run.run.read_epochs(), run.run.read_batches()
    if not batches:
        st.progress(0.0, text="The network is being built, which takes a few seconds.")
    else:
        now = batches[-1]
        parts = [f"Epoch {now.epoch} of {now.epochs}", f"batch {now.step:,} of {now.steps:,}"]
        pace = measure_pace(batches)
        if pace is not None:
            speed = run.config.batch_size / pace
            parts.append(f"{round(speed, -2):,.0f} images a second")
        left = estimate_remaining(epochs, batches)
        if run.stop_requested:
            parts.append("keeping what was learnt")
        elif now.fraction == 1:
            parts.append("reading the test images")
        elif left is not None:
            parts.append(f"{format_duration(left)} left")
        st.progress(now.fraction, text=", ".join(parts))
        if run.stop_requested:
            st.caption(
                "The network is saved as it is now and reads the 10,000 test images and as many "
                "training images, which takes some seconds."
            )
        show_curves(epochs, batches, now.epochs)
    show_rereadings(run)


def _show_ended(run: RunSnapshot) -> None:
    epochs, results = run.run.read_epochs(), run.results
    if results is None:
        _show_missing_results(run)
        return
    sentence, icon = _say_verdict(results, epochs)
    st.markdown(f"{icon} {sentence}")
    if run.status == "stopped":
        st.caption(_say_where_it_resumes(run))
    _show_figures(results, epochs)
    show_curves(epochs, run.run.read_batches(), run.config.epochs)
    if run.saved_epochs:
        show_rereadings(run)
    _show_layers(run)


def _show_missing_results(run: RunSnapshot) -> None:
    epochs, batches = run.run.read_epochs(), run.run.read_batches()
    if run.status == "finished" or run.run.model_path.exists():
        st.error(
            "The results of this run cannot be read; expected them in the state.json that the app "
            "wrote. Put its folder back from a copy, or train again with the same settings.",
            icon=":material/broken_image:",
        )
    elif epochs:
        st.info(
            f"This run was stopped while it waited. {_say_where_it_resumes(run)}",
            icon=":material/stop_circle:",
        )
    else:
        st.info(
            f"This run was stopped before it had learnt anything. {_say_where_it_resumes(run)}",
            icon=":material/stop_circle:",
        )
    if batches:
        show_curves(epochs, batches, run.config.epochs)


def _show_broken_off(run: RunSnapshot) -> None:
    epochs, batches = run.run.read_epochs(), run.run.read_batches()
    reason = run.reason or "The process that trained this run has ended before the run did."
    show_error(f"{reason} {_say_where_it_resumes(run)}")
    if batches:
        show_curves(epochs, batches, run.config.epochs)
    if run.saved_epochs:
        show_rereadings(run)


def _say_where_it_resumes(run: RunSnapshot) -> str:
    kept = run.resumes_after
    if kept == 0:
        return "No whole epoch is kept: Resume starts again from the beginning."
    if kept == 1:
        return f"1 of {format_count(run.config.epochs, 'epoch')} is kept: Resume goes on after it."
    return f"{kept} of {run.config.epochs} epochs are kept: Resume goes on after them."


def _show_damaged(run: RunSnapshot) -> None:
    st.error(
        f"The record of the run {escape_markdown(run.id)} cannot be read. Delete the run under "
        "“Manage”, or put its folder back from a copy.",
        icon=":material/broken_image:",
    )


def _say_verdict(results: Results, epochs: list[EpochResult]) -> tuple[str, str]:
    verdict = diagnose_fit(results, epochs)
    test, train = (
        format_percent(results.test_accuracy, 2),
        format_percent(results.train_accuracy, 2),
    )
    both = (
        f"The network reads **{test}** of the test digits rightly, and {train} of the training "
        "digits."
    )
    gap = format_points(results.gap)
    sentence = {
        "diverged": (
            "The loss grew until it was no longer a number, and nothing was learnt. The learning "
            "rate was too high for this network: try a tenth of it."
        ),
        "guessing": (
            f"The network reads **{test}** of the test digits rightly, hardly more than by "
            "guessing. If the loss is still falling, train for longer; if it is not, the learning "
            "rate is too high for this network: try a tenth of it."
        ),
        "underfitted": (
            f"{both} It has yet to learn even the digits that it was trained with: train for more "
            "epochs."
        ),
        "good": (
            f"{both} That is hardly a difference: it has learnt what digits look like, not single "
            "images by heart."
            if results.gap > 0
            else f"{both} Digits that it has never seen are no harder for it: it has learnt what "
            "digits look like, not single images by heart."
        ),
        "slightly overfitted": (
            f"{both} The gap of {gap} shows that it has begun to learn single images by heart, "
            "which is called overfitting."
        ),
        "overfitted": (
            f"{both} The gap of {gap} shows that it has learnt many images by heart, which is "
            "called overfitting: train for fewer epochs, or with augmentation."
        ),
    }[verdict.judgement]
    if verdict.best_epoch is not None:
        sentence += (
            f" The validation loss was lowest after epoch {verdict.best_epoch} and has not "
            "improved since."
        )
    icon = ":material/check_circle:" if verdict.judgement == "good" else ":material/lightbulb:"
    return sentence, icon


def _show_figures(results: Results, epochs: list[EpochResult]) -> None:
    figures = {
        "Test accuracy": (
            format_percent(results.test_accuracy, 2),
            "The share of the 10,000 test images, never used in training, that is read rightly.",
        ),
        "Test loss": (
            format_loss(results.test_loss),
            "The mean cross-entropy: how improbable the network held the right digits.",
        ),
        "Training accuracy": (
            format_percent(results.train_accuracy, 2),
            "The share of 10,000 training images, as they are, that the trained network reads "
            "rightly.",
        ),
        "Training time": (
            format_duration(sum(result.seconds for result in epochs)),
            "The time that all epochs took together.",
        ),
    }
    with st.container(horizontal=True):
        for label, (value, explanation) in figures.items():
            st.metric(label, value, help=explanation, width=165)


def _show_layers(run: RunSnapshot) -> None:
    try:
        classifier = get_classifier(trained_model(run))
    except ModelError as error:
        show_error(error)
        return
    with st.expander(f"Layers and their {classifier.parameters:,} parameters"):
        table = pd.DataFrame(
            {
                "Layer": [layer.name for layer in classifier.layers],
                "Kind": [layer.kind for layer in classifier.layers],
                "Output shape": [format_shape(layer.output_shape) for layer in classifier.layers],
                "Parameters": [layer.parameters for layer in classifier.layers],
            }
        )
        st.dataframe(
            table,
            hide_index=True,
            height="content",
            column_config={"Parameters": st.column_config.NumberColumn(format="localized")},
        )
