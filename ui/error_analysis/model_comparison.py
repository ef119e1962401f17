"""Comparison of two models, or two epochs of one: changed mistakes and their significance."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.errors import shorten
from mnist_core.evaluation.comparison import (
    Interval,
    MistakeChanges,
    accuracy_interval,
    compare_mistakes,
    mcnemar_test,
)
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.runs.model_registry import TrainedModel
from ui.components.interval_bars import IntervalBar, show_interval_bars
from ui.error_analysis.image_grid import MAX_IMAGES, show_image_grid
from ui.error_analysis.mistakes_by_epoch import show_mistakes_by_epoch
from ui.error_analysis.tooltip import tooltip_html
from ui.error_analysis.view import CHANGES, View, change_view, link_widget
from ui.formatting import escape_markdown, format_percent, format_points
from ui.language import _, localize, localize_each
from ui.model_picker import list_offered
from ui.resources import get_evaluation

SIGNIFICANCE_LEVEL = 0.05


def list_changed(view: View, model: TrainedModel, evaluation: Evaluation) -> np.ndarray:
    """Return the images of the chosen change between the two models, (n,) int64."""
    other = _find_other(view, _list_others(view, model))
    return getattr(compare_mistakes(get_evaluation(other), evaluation), view.change)


def show_comparison(view: View, model: TrainedModel, evaluation: Evaluation) -> None:
    """Show how the mistakes differ from another model's, and whether that is significant.

    Args:
        view: The other model and the kind of change.
        model: The model chosen on this page.
        evaluation: Its predictions on the test images.
    """
    others = _list_others(view, model)
    other = _find_other(view, others)
    if view.other not in ("", model.id, *others):
        st.warning(
            escape_markdown(
                _(
                    "The model “{other}” to compare with does not exist here; the comparison is "
                    "with “{title}”.",
                    other=shorten(view.other),
                    title=localize(other.title),
                )
            ),
            icon=":material/search_off:",
        )
        change_view(other=other.id)
    st.selectbox(
        _("Compare with"),
        list(others),
        format_func=localize_each({key: localize(each.title) for key, each in others.items()}),
        width=420,
        **link_widget(
            f"errors_other_{model.id}", other.id, lambda value: change_view(other=value), others
        ),
    )
    before = get_evaluation(other)
    if before.is_finite:
        titles = localize(other.title), localize(model.title)
        _show_differences(view.change, (before, evaluation), titles)
    else:
        text = _(
            "The model to compare with outputs NaN, probably because its training diverged. Choose "
            "another one."
        )
        st.error(text, icon=":material/error:")
    if model.run is not None and len(model.saved_epochs) > 1:
        show_mistakes_by_epoch(model)


def _list_others(view: View, model: TrainedModel) -> dict[str, TrainedModel]:
    """Return the models to compare with, by id: the run's other epochs, then other models."""
    own_id = model.id.partition("@")[0]
    known = list_offered(own_id, view.other)
    epochs = [
        own.at_epoch(epoch)
        for own in known
        if own.id == own_id
        for epoch in reversed(own.earlier_epochs)
    ]
    return {other.id: other for other in [*epochs, *known] if other.id != model.id}


def _find_other(view: View, others: dict[str, TrainedModel]) -> TrainedModel:
    """Return the view's other model, or the first one; two are shipped, so there always is one."""
    return others.get(view.other) or next(iter(others.values()))


def _show_differences(
    change: str, evaluations: tuple[Evaluation, Evaluation], titles: tuple[str, str]
) -> None:
    """Show both accuracies, the test of their difference, and the images of a kind of change."""
    before, after = evaluations
    changes = compare_mistakes(before, after)
    intervals, test = st.columns([1.2, 1], gap="large")
    with intervals:
        _show_intervals(list(zip(titles, evaluations, strict=True)))
    with test:
        better = titles[before.accuracy <= after.accuracy]
        _show_test(changes, abs(after.accuracy - before.accuracy), better)
    _show_changes(change, changes, before, after, *titles)


def _show_intervals(pairs: list[tuple[str, Evaluation]]) -> None:
    """Draw the accuracies with their intervals on one scale."""
    bars = []
    for title, evaluation in pairs:
        interval = accuracy_interval(evaluation)
        text = format_percent(evaluation.accuracy, 2)
        bars.append(
            IntervalBar(title, evaluation.accuracy, text, interval, _format_interval(interval))
        )
    note = _("Accuracy on the 10,000 test images, with its 95 % confidence interval (Wilson).")
    show_interval_bars(bars, f'<p class="note">{note}</p>')


def _format_interval(interval: Interval) -> str:
    low, high = format_percent(interval.low, 2), format_percent(interval.high, 2)
    return _("{low} to {high}", low=low, high=high)


def _show_test(changes: MistakeChanges, difference: float, better: str) -> None:
    fixed, regressed = len(changes.fixed), len(changes.regressed)
    if fixed + regressed == 0:
        st.html(f"<p>{_('Both models misclassify exactly the same images.')}</p>")
        return
    p_value = mcnemar_test(fixed, regressed)
    often = _("less than 0.1 %") if p_value < 0.001 else format_percent(p_value)
    p_text = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"
    if p_value >= SIGNIFICANCE_LEVEL:
        conclusion = _("The difference may well be chance: these models may be equally good.")
    else:
        conclusion = _(
            "Chance hardly explains the difference: {better} is better.", better=escape(better)
        )
    text = _(
        "Images that only one of the two classifies correctly: <b>{count:,}</b>. Difference in "
        "accuracy: {difference}. If both models were equally good, a difference at least this "
        "large would occur in {often} of such comparisons.",
        count=fixed + regressed,
        difference=format_points(difference),
        often=escape(often),
    )
    explanation = _(
        "If neither model is better, each image that only one of them classifies correctly is "
        "like the toss of a coin."
    )
    name = _("McNemar’s exact test, {p}.", p=escape(p_text))
    st.html(
        f'<p>{text} <b>{conclusion}</b></p><p class="note">{name}{tooltip_html(explanation)}</p>'
    )


def _show_changes(
    change: str,
    changes: MistakeChanges,
    before: Evaluation,
    after: Evaluation,
    first: str,
    second: str,
) -> None:
    names = {
        "fixed": _("Fixed: {count:,}", count=len(changes.fixed)),
        "regressed": _("Newly wrong: {count:,}", count=len(changes.regressed)),
        "shared_errors": _("Both wrong: {count:,}", count=len(changes.shared_errors)),
    }
    first, second = escape(first), escape(second)
    explanations = {
        "fixed": _(
            "{first} misclassifies these images, {second} does not. Captions: label → prediction "
            "of {first}.",
            first=first,
            second=second,
        ),
        "regressed": _(
            "{second} misclassifies these images, {first} does not. Captions: label → prediction "
            "of {second}.",
            second=second,
            first=first,
        ),
        "shared_errors": _(
            "Both models misclassify these images. Captions: label → prediction of {first}, "
            "prediction of {second}.",
            first=first,
            second=second,
        ),
    }
    st.segmented_control(
        _("Change"),
        CHANGES,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        required=True,
        **link_widget("errors_change", change, lambda value: change_view(change=value)),
    )
    indices = getattr(changes, change)
    if len(indices) == 0:
        st.html(f'<p class="note">{_("There are no such images.")}</p>')
        return
    evaluations = {"fixed": [before], "regressed": [after], "shared_errors": [before, after]}
    captions = [
        f"<b>{after.labels[i]} → {', '.join(str(one.predicted[i]) for one in evaluations[change])}"
        "</b>"
        for i in indices[:MAX_IMAGES]
    ]
    st.html(f'<p class="note">{explanations[change]}</p>')
    if len(indices) > MAX_IMAGES:
        text = _("The first {shown} of {count:,} are shown.", shown=MAX_IMAGES, count=len(indices))
        st.html(f'<p class="note">{text}</p>')
    show_image_grid(
        after,
        indices[:MAX_IMAGES],
        lambda index: change_view(image=index),
        "errors_changed",
        captions,
    )
