"""Two models, or two epochs of one, on the same images: what changed, and whether it means much."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.errors import shorten
from mnist_core.evaluation.comparison import (
    MistakeChanges,
    accuracy_interval,
    compare_mistakes,
    find_always_wrong,
    mcnemar_test,
)
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.runs.model_registry import TrainedModel, list_models
from ui.error_analysis.address import CHANGES, change_view, read_view, set_widget
from ui.error_analysis.image_grid import show_pictures
from ui.formatting import escape_markdown, format_percent, format_points
from ui.resources import get_evaluation, get_store

SHOWN = 60
USUAL_LIMIT = 0.05


def list_changed(model: TrainedModel, evaluation: Evaluation) -> np.ndarray:
    """Return the images of the chosen change between the two models, (n,) int64."""
    other = _find_other(_list_others(model))
    return getattr(compare_mistakes(get_evaluation(other), evaluation), read_view().change)


def show_comparison(model: TrainedModel, evaluation: Evaluation) -> None:
    """Show which images another model reads differently, and how much the difference says.

    Args:
        model: The model that answers on this page.
        evaluation: Its answers to the test images.
    """
    others = _list_others(model)
    other = _find_other(others)
    wanted = read_view().other
    if wanted not in ("", model.id, *others):
        st.warning(
            escape_markdown(
                f"The address asks for a comparison with “{shorten(wanted)}”; there is no such "
                f"model. The comparison is with “{other.title}”."
            ),
            icon=":material/search_off:",
        )
        change_view(other=other.id)
    st.selectbox(
        "Compare with",
        list(others),
        format_func=lambda model_id: others[model_id].title,
        width=420,
        **set_widget(f"errors_other_{model.id}", other.id, lambda value: change_view(other=value)),
    )
    before = get_evaluation(other)
    changes = compare_mistakes(before, evaluation)
    scores, verdict = st.columns([1.2, 1], gap="large")
    with scores:
        _show_intervals([(other.title, before), (model.title, evaluation)])
    with verdict:
        better = other if before.accuracy > evaluation.accuracy else model
        _say_verdict(changes, abs(evaluation.accuracy - before.accuracy), better.title)
    _show_changes(changes, before, evaluation, other.title, model.title)
    if model.run is not None and len(model.run.kept_epochs) > 1:
        _show_epochs(model)


def _list_others(model: TrainedModel) -> dict[str, TrainedModel]:
    """Return what there is to compare with, by id: the run's other epochs, then other models."""
    known = list_models(get_store())
    own_id = model.id.partition("@")[0]
    epochs = [
        own.at_epoch(epoch)
        for own in known
        if own.id == own_id
        for epoch in reversed(own.earlier_epochs)
    ]
    return {other.id: other for other in [*epochs, *known] if other.id != model.id}


def _find_other(others: dict[str, TrainedModel]) -> TrainedModel:
    """Return the one that the address names, or the first; two come with the app."""
    return others.get(read_view().other) or next(iter(others.values()))


def _show_intervals(pairs: list[tuple[str, Evaluation]]) -> None:
    """Draw each accuracy with its interval on one scale."""
    intervals = [accuracy_interval(evaluation) for _, evaluation in pairs]
    low = min(interval.low for interval in intervals)
    span = max(interval.high for interval in intervals) - low
    low, span = low - 0.1 * span, 1.2 * span
    rows = "".join(
        f"<div><b>{escape(title)}</b><span>{format_percent(evaluation.accuracy, 2)}</span>"
        f'<i style="--low:{(interval.low - low) / span:.4f};'
        f"--high:{(interval.high - low) / span:.4f};"
        f'--own:{(evaluation.accuracy - low) / span:.4f}"></i>'
        f"<small>{format_percent(interval.low, 2)} to "
        f"{format_percent(interval.high, 2)}</small></div>"
        for (title, evaluation), interval in zip(pairs, intervals, strict=True)
    )
    st.html(
        f'<div class="intervals">{rows}</div><p class="note">Accuracy on the 10,000 test images, '
        "with its 95 % interval (Wilson).</p>"
    )


def _say_verdict(changes: MistakeChanges, difference: float, better: str) -> None:
    fixed, regressed = len(changes.fixed), len(changes.regressed)
    chance = mcnemar_test(fixed, regressed)
    if fixed + regressed == 0:
        st.html("<p>Both get the very same images wrong.</p>")
        return
    often = "less than 0.1 %" if chance < 0.001 else format_percent(chance)
    value = "p < 0.001" if chance < 0.001 else f"p = {chance:.3f}"
    conclusion = (
        "So the difference may well be chance: these may be equally good."
        if chance >= USUAL_LIMIT
        else f"So chance alone hardly explains it: {escape(better)} is better."
    )
    st.html(
        f"<p>The two disagree about being right on <b>{fixed + regressed:,}</b> images and lie "
        f"{format_points(difference)} apart. If both were equally good, a difference of this "
        f"size or "
        f"more would come up in {often} of such comparisons. <b>{conclusion}</b></p>"
        f'<p class="note" title="Each image that only one of the two reads rightly is like the '
        f'toss of a coin, if neither is better.">McNemar’s exact test, {value}.</p>'
    )


def _show_changes(
    changes: MistakeChanges, before: Evaluation, after: Evaluation, first: str, second: str
) -> None:
    names = {
        "fixed": f"Mended: {len(changes.fixed):,}",
        "regressed": f"Broken: {len(changes.regressed):,}",
        "kept": f"Both wrong: {len(changes.shared_errors):,}",
    }
    first, second = escape(first), escape(second)
    explanations = {
        "fixed": f"{first} misreads these, {second} reads them rightly; label → what the former "
        "read.",
        "regressed": f"{first} reads these rightly, {second} misreads them; label → what the "
        "latter "
        "read.",
        "kept": f"Both misread these; label → what {first} read, what {second} read.",
    }
    change = read_view().change
    st.segmented_control(
        "Change",
        CHANGES,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        required=True,
        **set_widget("errors_change", change, lambda value: change_view(change=value)),
    )
    indices = getattr(changes, change)
    if len(indices) == 0:
        st.html('<p class="note">There is no such image.</p>')
        return
    readings = {"fixed": [before], "regressed": [after], "kept": [before, after]}[change]
    captions = [
        f"<b>{after.labels[i]} → {', '.join(str(reading.predicted[i]) for reading in readings)}</b>"
        for i in indices[:SHOWN]
    ]
    st.html(f'<p class="note">{explanations[change]}</p>')
    if len(indices) > SHOWN:
        st.html(f'<p class="note">These are the first {SHOWN} of {len(indices):,}.</p>')
    show_pictures(
        after,
        indices[:SHOWN],
        lambda index: change_view(image=index),
        "errors_changed",
        captions,
    )


def _show_epochs(model: TrainedModel) -> None:
    """Show how the mistakes came and went over the run's kept epochs."""
    assert model.run is not None
    st.html('<h2 class="chapter">Over the epochs</h2>')
    kept = model.run.kept_epochs
    if not st.toggle(
        f"Ask the network as it was after each of {len(kept)} epochs", key="errors_epochs"
    ):
        return
    evaluations = _evaluate_epochs(model, kept)
    rows = []
    for number, (epoch, evaluation) in enumerate(zip(kept, evaluations, strict=True)):
        changes = compare_mistakes(evaluations[number - 1], evaluation) if number else None
        rows.append(
            f"<tr><th>Epoch {epoch}</th><td>{len(evaluation.mistakes):,}</td>"
            f"<td>{'–' if changes is None else f'{len(changes.fixed):,}'}</td>"
            f"<td>{'–' if changes is None else f'{len(changes.regressed):,}'}</td></tr>"
        )
    always = find_always_wrong(evaluations)
    st.html(
        '<table class="epochs-table"><thead><tr><th></th><th>Wrong</th><th>Just fixed</th>'
        f"<th>Newly regressed</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    if len(always) == 0:
        st.html("<p>No image was read wrongly after every one of these epochs.</p>")
        return
    st.html(
        f"<p><b>{len(always):,}</b> images were read wrongly after every one of these epochs: more "
        "training of this kind will hardly mend them.</p>"
    )
    show_pictures(
        evaluations[-1],
        always[:SHOWN],
        lambda index: change_view(image=index),
        "errors_always_wrong",
    )


def _evaluate_epochs(model: TrainedModel, epochs: list[int]) -> list[Evaluation]:
    """Return the answers after each epoch, showing how far the reading has come."""
    evaluations = []
    shown = st.empty()
    for number, epoch in enumerate(epochs):
        shown.progress(number / len(epochs), f"The network of epoch {epoch} reads the images.")
        evaluations.append(get_evaluation(model.at_epoch(epoch)))
    shown.empty()
    return evaluations
