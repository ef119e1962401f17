"""The results of a run that has ended: diagnosis, figures, curves, predictions and layers."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.inference.classifier import ModelError
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.runs.model_registry import trained_model
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.training.epochs import EpochResult
from mnist_core.training.fit_diagnosis import Results
from ui.components.announcement import announce
from ui.formatting import format_duration, format_loss, format_percent
from ui.language import _, join_sentences
from ui.layout import show_error
from ui.resources import get_classifier
from ui.training.charts import show_run_curves
from ui.training.epoch_predictions import show_epoch_predictions
from ui.training.epoch_table import show_epoch_table
from ui.training.fit_message import format_calibration, format_fit
from ui.training.growth_view import show_growth


def show_results(snapshot: RunSnapshot) -> None:
    """Show the results of a finished or stopped run."""
    epochs, results = snapshot.run.read_epochs(), snapshot.results
    if results is None:
        _show_missing_results(snapshot)
        return
    stops_early = snapshot.status == "finished" and snapshot.config.patience is not None
    is_augmented = bool(snapshot.config.augmentation)
    message, icon = format_fit(results, epochs, stops_early, is_augmented)
    with st.container(key="train_verdict"):
        st.markdown(f"{icon} {message}")
    announce("train_verdict", f"{snapshot.run.id} {message}")
    if snapshot.status == "stopped":
        st.caption(format_resume_point(snapshot))
    _show_figures(results, epochs)
    if snapshot.uncalibrated is not None:
        st.caption(format_calibration(results, snapshot.uncalibrated, snapshot.config))
    show_run_curves(snapshot, epochs, snapshot.run.read_batches())
    show_epoch_table(epochs)
    if snapshot.saved_epochs:
        show_epoch_predictions(snapshot)
        show_growth(snapshot)
    _show_layers(snapshot)


def show_interrupted(snapshot: RunSnapshot) -> None:
    """Show why a run was interrupted or failed, and what it had learned by then."""
    reason = snapshot.reason or _("The process that trained this run ended before the run did.")
    show_error(join_sentences(reason, format_resume_point(snapshot)))
    show_run_curves(snapshot, snapshot.run.read_epochs(), snapshot.run.read_batches())
    if snapshot.saved_epochs:
        show_epoch_predictions(snapshot)


def format_resume_point(snapshot: RunSnapshot) -> str:
    """Return a sentence that tells where the training continues after Resume."""
    completed, total = snapshot.resumes_after, snapshot.config.epochs
    if completed == 0:
        return _("No epoch was saved; Resume starts from the beginning.")
    if completed >= total:
        return _("All epochs are saved; Resume completes the run.")
    return _(
        "{completed} of {total} epochs saved; Resume continues with epoch {next}.",
        completed=completed,
        total=total,
        next=completed + 1,
    )


def _show_missing_results(snapshot: RunSnapshot) -> None:
    resume_point = format_resume_point(snapshot)
    if snapshot.status == "finished" or "results" in snapshot.state:
        st.error(
            _(
                "The results of this run cannot be read; its state.json should contain them. "
                "Restore the run's folder from a backup, or train again with the same settings."
            ),
            icon=":material/broken_image:",
        )
    elif snapshot.run.read_epochs():
        st.info(
            _(
                "This run was stopped while it was queued. {resume_point}",
                resume_point=resume_point,
            ),
            icon=":material/stop_circle:",
        )
    else:
        st.info(
            _(
                "This run was stopped before its first epoch ended. {resume_point}",
                resume_point=resume_point,
            ),
            icon=":material/stop_circle:",
        )
    show_run_curves(snapshot, snapshot.run.read_epochs(), snapshot.run.read_batches())


def _show_figures(results: Results, epochs: Sequence[EpochResult]) -> None:
    figures = {
        _("Test accuracy"): (
            format_percent(results.test_accuracy, 2),
            _(
                "The fraction of the 10,000 test images that is classified correctly. They are "
                "never used for training."
            ),
        ),
        _("Test loss"): (
            format_loss(results.test_loss),
            _(
                "The mean cross-entropy: how little probability the network gave the correct "
                "digits. It is computed from calibrated probabilities."
            ),
        ),
        _("Training accuracy"): (
            format_percent(results.train_accuracy, 2),
            _(
                "The fraction of 10,000 training images, without augmentation, that the trained "
                "network classifies correctly."
            ),
        ),
        _("Training time"): (
            format_duration(sum(result.seconds for result in epochs)),
            _("The total time of all epochs."),
        ),
    }
    with st.container(horizontal=True):
        for label, (value, explanation) in figures.items():
            st.metric(label, value, help=explanation, width=165)


def _show_layers(snapshot: RunSnapshot) -> None:
    try:
        classifier = get_classifier(trained_model(snapshot))
    except ModelError as error:
        show_error(error)
        return
    with st.expander(
        _("Layers and their {parameters:,} parameters", parameters=classifier.parameters)
    ):
        table = pd.DataFrame(
            {
                _("Layer"): [layer.name for layer in classifier.layers],
                _("Kind"): [layer.kind for layer in classifier.layers],
                _("Output shape"): [
                    format_shape(layer.output_shape) for layer in classifier.layers
                ],
                _("Parameters"): [layer.parameters for layer in classifier.layers],
            }
        )
        st.dataframe(
            table,
            hide_index=True,
            height="content",
            column_config={_("Parameters"): st.column_config.NumberColumn(format="localized")},
        )
