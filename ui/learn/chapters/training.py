"""Chapter: training, live or by the record of a finished run."""

import math

import streamlit as st

from mnist_core.course.recipe import CONFIG, find_code
from mnist_core.course.record import read_record
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from ui import state
from ui.formatting import format_rough_duration
from ui.language import _
from ui.layout import show_error
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_wide_parts
from ui.learn.words import show_words
from ui.resources import get_data, get_drawing, get_store
from ui.training.charts import show_curves
from ui.training.run_panel import show_run
from ui.training.training_cost import estimate_training


def show() -> None:
    """Show the curves of a training."""
    show_wide_parts(_show_words, _show_start, _show_training, _show_code, "training")


def _show_words() -> None:
    total, size = len(get_data().train.labels), CONFIG.batch_size
    held_out = round(total * CONFIG.validation_fraction)
    training = total - held_out
    show_words(
        _(
            "Training repeats the step. Of the {total} images of the "
            "[training data](#training-data), {held_out} are set aside as "
            "[validation data](#validation-data). The other {training} make {steps} batches of "
            "{size}; the last, incomplete batch is left out (Keras counts it: {keras_steps}). One "
            "pass over them is an [epoch](#epoch). The tutorial trains for {epochs} epochs with "
            "plain gradient descent.",
            total=f"{total:,}",
            held_out=f"{held_out:,}",
            training=f"{training:,}",
            steps=f"{training // size:,}",
            size=size,
            keras_steps=f"{math.ceil(training / size):,}",
            epochs=CONFIG.epochs,
        ),
        _(
            "After each epoch the network is measured on [validation data](#validation-data), "
            "which it does not learn from. Read the two curves together: both fall, good. If only "
            "that of the training falls, the network memorizes: [overfitting](#overfitting)."
        ),
    )


def _show_start() -> None:
    run, cost = _find_run(), estimate_training(CONFIG, get_store())
    show_words(
        _(
            "Train it yourself: it takes about {duration} on this machine, and you can read on "
            "meanwhile. The curves below are those of a finished training.",
            duration=format_rough_duration(cost.seconds),
        )
        if run is None and cost is not None
        else _(
            "Train it yourself: it takes a few minutes, and you can read on meanwhile. The curves "
            "below are those of a finished training."
        )
        if run is None
        else _("Your training is below. It is also on Train, among all runs.")
    )
    if run is None:
        st.button(
            _("Train for {epochs} epochs", epochs=CONFIG.epochs),
            icon=":material/play_arrow:",
            type="primary",
            on_click=_start,
            key="learn_train",
        )
    else:
        st.button(
            _("Show the finished training"),
            icon=":material/history:",
            on_click=_forget,
            key="learn_record",
        )
    if problem := st.session_state.pop(state.LEARN_ERROR, None):
        show_error(problem)


def _find_run() -> Run | None:
    """Return the learner's own run; None if there is none or it was deleted."""
    run_id = st.session_state.get(state.LEARN_RUN)
    snapshots = {snapshot.id: snapshot for snapshot in get_store().list()}
    return snapshots[run_id].run if run_id in snapshots else None


def _start() -> None:
    if _find_run() is not None:
        return
    try:
        run = get_store().create(CONFIG, drawing=get_drawing())
    except RunError as error:
        st.session_state[state.LEARN_ERROR] = error
    else:
        st.session_state[state.LEARN_RUN] = st.session_state[state.RUN_ID] = run.id


def _forget() -> None:
    st.session_state.pop(state.LEARN_RUN, None)


def _show_training() -> None:
    run, record = _find_run(), read_record()
    if run is None:
        show_curves(record.epochs, record.batches, CONFIG.epochs, record.untrained)
    else:
        show_run(run, has_form=False)


def _show_code() -> None:
    show_code_lines(find_code("Compile") + find_code("Fit"))
