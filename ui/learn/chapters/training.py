"""Chapter: training, live or by the record of a finished run."""

import streamlit as st

from mnist_core.course.recipe import CONFIG, find_code
from mnist_core.course.record import read_record
from mnist_core.jobs.cost_estimate import estimate_cost, load_measurements
from mnist_core.jobs.design_cost import find_measurement
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


def show() -> None:
    """Show the curves of a training."""
    show_wide_parts(_show_words, _show_start, _show_training, _show_code, "training")


def _show_words() -> None:
    first = read_record().epochs[0]
    show_words(
        _(
            "Training repeats the step: {steps} batches of {size} images are one pass over the "
            "[training data](#training-data), an [epoch](#epoch). The tutorial trains for {epochs} "
            "epochs with plain gradient descent.",
            steps=f"{first.steps:,}",
            size=CONFIG.batch_size,
            epochs=CONFIG.epochs,
        ),
        _(
            "After each epoch the network is measured on [validation data](#validation-data), "
            "which it does not learn from. Read the two curves together: both fall, good. If only "
            "that of the training falls, the network memorizes: [overfitting](#overfitting)."
        ),
    )


def _show_start() -> None:
    run, seconds = _find_run(), _estimate_seconds()
    show_words(
        _(
            "Train it yourself: it takes about {duration} on this machine, and you can read on "
            "meanwhile. The curves below are those of a finished training.",
            duration=format_rough_duration(seconds),
        )
        if run is None and seconds is not None
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


def _estimate_seconds() -> float | None:
    """Return how long the training would take here; None if that was not measured yet."""
    store = get_store()
    measurement = find_measurement(CONFIG, load_measurements(store.folder))
    if measurement is None:
        return None
    return estimate_cost(CONFIG, measurement, len(get_data().train.labels)).seconds


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
