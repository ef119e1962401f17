"""One test image in detail: its prediction, attribution, neighbors and minimal occlusion."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED
from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.runs.model_registry import TrainedModel
from ui.attribution_picker import describe_difference, pick_method
from ui.components.probability_bars import show_probability_bars
from ui.epoch_picker import MAX_SAMPLED_EPOCHS
from ui.error_analysis.evaluated_images import (
    format_image_name,
    get_images,
    is_own,
    list_disputed,
)
from ui.error_analysis.minimal_occlusion_view import show_minimal_occlusion
from ui.error_analysis.tooltip import tooltip_html
from ui.error_analysis.view import change_view
from ui.formatting import format_power, format_probability
from ui.images import digit_html, overlay_attribution, picture_html
from ui.language import _, join_sentences, localize
from ui.layout import error_boundary
from ui.neighbors_view import show_neighbors
from ui.resources import get_classifier


def show_image(
    model: TrainedModel, evaluation: Evaluation, index: int, sequence: Sequence[int]
) -> None:
    """Show one test image in detail.

    Args:
        model: The network.
        evaluation: Its predictions on the test images.
        index: The image.
        sequence: The images among which “Previous” and “Next” move; `index` may be missing.
    """
    classifier = get_classifier(model)
    _show_navigation(index, sequence)
    image, probabilities, attribution = st.columns([1, 1.15, 1], gap="large")
    with image:
        _show_label(evaluation, index)
    with probabilities:
        _show_probabilities(evaluation, index)
    with attribution, error_boundary():
        _show_attribution(classifier, evaluation, index)
    st.html(f'<h2 class="chapter">{_("Nearest training digits")}</h2>')
    show_neighbors(model, get_images()[index])
    st.html(f'<h2 class="chapter">{_("Minimal occlusion")}</h2>')
    show_minimal_occlusion(model, evaluation, index)
    if model.run is not None and model.saved_epochs:
        st.html(f'<h2 class="chapter">{_("Predictions by epoch")}</h2>')
        _show_epochs(model, evaluation, index)


def _show_navigation(index: int, sequence: Sequence[int]) -> None:
    position = list(sequence).index(index) if index in sequence else None
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            _("Back to all images"),
            icon=":material/arrow_back:",
            key="errors_back",
            on_click=lambda: change_view(image=None),
        )
        for name, label, icon, step in (
            ("previous", _("Previous"), ":material/chevron_left:", -1),
            ("next", _("Next"), ":material/chevron_right:", 1),
        ):
            exists = position is not None and 0 <= position + step < len(sequence)
            target = int(sequence[position + step]) if exists and position is not None else index
            st.button(
                label,
                icon=icon,
                disabled=not exists,
                key=f"errors_{name}_image",
                on_click=lambda target=target: change_view(image=target),
            )
        if position is not None:
            text = _("{number:,} of {total:,}", number=position + 1, total=len(sequence))
            st.html(f'<p class="note">{text}</p>', width="content")


def _show_label(evaluation: Evaluation, index: int) -> None:
    true, predicted = int(evaluation.labels[index]), int(evaluation.predicted[index])
    name = format_image_name(index)
    if true == predicted:
        verdict = _("Correct. {image}.", image=name)
    else:
        verdict = _("Incorrect. {image}.", image=name)
    picture = digit_html(get_images()[index], name)
    st.html(f'<div class="patient">{picture}</div>')
    st.html(
        f'<p class="verdict"><span>{_("Label <b>{digit}</b>", digit=true)}</span>'
        f"<span>{_('Prediction <b>{digit}</b>', digit=predicted)}</span></p>"
        f'<p class="note">{verdict}</p>'
    )
    if not is_own():
        parameters = {"split": "test", "image": str(index)}
        st.page_link(
            "pages/pixels.py",
            label=_("See its pixels as numbers"),
            icon=":material/grid_on:",
            query_params=parameters,
        )
        st.page_link(
            "pages/inside.py",
            label=_("Follow it through the network"),
            icon=":material/account_tree:",
            query_params=parameters,
        )
    if index in list_disputed(evaluation):
        review = DISPUTED[index]
        votes = _(
            "<b>Disputed label.</b> Votes of five people for {given}: {votes_given}, for {other}: "
            "{votes_other}, for neither: {votes_neither}.",
            given=review.given,
            votes_given=review.votes_given,
            other=review.other,
            votes_other=review.votes_other,
            votes_neither=review.votes_neither,
        )
        st.html(
            f'<p class="disputed">{votes} <a href="https://labelerrors.com" target="_blank" '
            'rel="noreferrer">Northcutt et al., 2021</a></p>'
        )


def _show_probabilities(evaluation: Evaluation, index: int) -> None:
    true = int(evaluation.labels[index])
    probabilities = evaluation.probabilities[index]
    second = int(np.argsort(-probabilities)[1])
    second_probability = format_probability(float(probabilities[second]))
    show_probability_bars(probabilities, label=true)
    likely = _(
        "The second most likely digit is <b>{digit}</b>, with a probability of {probability}.",
        digit=second,
        probability=escape(second_probability),
    )
    explanation = _(
        "Minus the natural logarithm of the label’s probability: 0 if the network is certain of "
        "the label, larger the less probable it considers it."
    )
    loss = float(evaluation.losses[index])
    if probabilities[true] >= np.finfo(np.float32).tiny:
        text = _(
            "The loss is {loss:.3f} = −ln {probability}; the mean over all images is {mean:.3f}.",
            loss=loss,
            probability=format_power(-loss, 4),
            mean=evaluation.loss,
        )
    else:
        text = _(
            "The probability of the label is too small for a 32-bit number, so the loss is above "
            "{loss:.0f}; the mean over all images is at least {mean:.3f}.",
            loss=loss,
            mean=evaluation.loss,
        )
    st.html(f'<p>{likely}</p><p class="note">{text}{tooltip_html(explanation)}</p>')


def _show_attribution(classifier: Classifier, evaluation: Evaluation, index: int) -> None:
    true = int(evaluation.labels[index])
    first, second = (int(digit) for digit in np.argsort(-evaluation.probabilities[index])[:2])
    rival = second if first == true else true
    # The picture is above the choice of the method, but needs its value.
    shown = st.container()
    method = pick_method("errors_method")
    image = get_images()[index]
    maps = method.explain(classifier, image)
    if method.is_signed:
        attribution, description = (
            maps[first] - maps[rival],
            _("Why {first} rather than {rival}", first=first, rival=rival),
        )
        method_text = join_sentences(method.description, describe_difference(first, rival))
    else:
        attribution, description = maps[first], _("Evidence for {first}", first=first)
        method_text = localize(method.description)
    picture = overlay_attribution(image, attribution, float(np.abs(attribution).max()) or 1.0)
    with shown:
        st.html(
            f'<div class="patient">{picture_html(picture, description)}</div>'
            f'<p class="verdict">{description}</p>'
        )
    st.html(f'<p class="note">{method_text}</p>')


def _show_epochs(model: TrainedModel, evaluation: Evaluation, index: int) -> None:
    assert model.run is not None
    image = get_images()[index : index + 1]
    true = int(evaluation.labels[index])
    cards = []
    for epoch in model.sample_epochs(MAX_SAMPLED_EPOCHS):
        heading = f"<small>{_('Epoch {epoch}', epoch=epoch)}</small>"
        try:
            probabilities = get_classifier(model.at_epoch(epoch)).probabilities(image)[0]
        except ModelError:  # diverged or damaged
            cards.append(
                f'<div role="listitem" class="incorrect">{heading}<b>–</b>'
                f"<small>{_('no prediction')}</small></div>"
            )
            continue
        predicted = int(probabilities.argmax())
        probability = format_probability(float(probabilities[predicted]))
        is_correct = predicted == true
        verdict = _("correct") if is_correct else _("incorrect")
        cards.append(
            f'<div role="listitem" class="{"correct" if is_correct else "incorrect"}">'
            f"{heading}<b>{predicted}</b><small>{probability}</small><em>{verdict}</em></div>"
        )
    st.html(f'<div class="epoch-cards" role="list">{"".join(cards)}</div>')
