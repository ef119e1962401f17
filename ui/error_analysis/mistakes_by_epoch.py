"""The mistakes after each saved epoch of a run, and those that every epoch makes."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.evaluation.comparison import compare_mistakes, find_always_wrong
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.runs.model_registry import TrainedModel
from ui.error_analysis.image_grid import MAX_IMAGES, show_image_grid
from ui.error_analysis.view import change_view
from ui.language import _
from ui.resources import get_evaluation


def show_mistakes_by_epoch(model: TrainedModel) -> None:
    """Show how the mistakes change from each saved epoch to the next, once this is asked for.

    Args:
        model: The model of a run with several saved epochs.
    """
    st.html(f'<h2 class="chapter">{_("Mistakes by epoch")}</h2>')
    epochs = model.saved_epochs
    if not st.toggle(
        _("Evaluate the models of all {count} saved epochs", count=len(epochs)), key="errors_epochs"
    ):
        return
    evaluations = _evaluate_epochs(model, epochs)
    rows = []
    for epoch, before, after in zip(epochs, [None, *evaluations], evaluations, strict=False):
        cells = "".join(f"<td>{count}</td>" for count in _count(before, after))
        rows.append(f"<tr><th>{epoch}</th>{cells}</tr>")
    finite = [evaluation for evaluation in evaluations if evaluation.is_finite]
    always = find_always_wrong(finite)
    headings = (_("After epoch"), _("Mistakes"), _("Fixed"), _("Newly wrong"))
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    st.html(
        f'<table class="epochs-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    if len(always) == 0:
        text = _("No image was misclassified after every one of these epochs.")
        st.html(f"<p>{text}</p>")
        return
    text = _(
        "Images misclassified after every one of these epochs: <b>{count:,}</b>. More epochs "
        "alone will hardly fix them.",
        count=len(always),
    )
    st.html(f"<p>{text}</p>")
    show_image_grid(
        finite[-1],
        always[:MAX_IMAGES],
        lambda index: change_view(image=index),
        "errors_always_wrong",
    )


def _count(before: Evaluation | None, evaluation: Evaluation) -> tuple[str, str, str]:
    """Return the numbers of mistakes, fixed ones and new ones; a dash for what is not known."""
    if not evaluation.is_finite:
        return "–", "–", "–"
    mistakes = f"{len(evaluation.mistakes):,}"
    if before is None or not before.is_finite:
        return mistakes, "–", "–"
    changes = compare_mistakes(before, evaluation)
    return mistakes, f"{len(changes.fixed):,}", f"{len(changes.regressed):,}"


def _evaluate_epochs(model: TrainedModel, epochs: Sequence[int]) -> list[Evaluation]:
    """Return the evaluation after each epoch, showing the progress."""
    evaluations = []
    shown = st.empty()
    for number, epoch in enumerate(epochs):
        shown.progress(
            number / len(epochs), _("Evaluating the model of epoch {epoch}.", epoch=epoch)
        )
        evaluations.append(get_evaluation(model.at_epoch(epoch)))
    shown.empty()
    return evaluations
