"""One test image in detail: its prediction, attribution, neighbors and minimal occlusion."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import TrainedModel
from ui.attribution_picker import pick_method
from ui.components.probability_bars import show_probability_bars
from ui.epoch_picker import MAX_SAMPLED_EPOCHS
from ui.error_analysis.evaluated_images import (
    format_image_name,
    get_split,
    is_own,
    list_disputed,
)
from ui.error_analysis.minimal_occlusion_view import show_minimal_occlusion
from ui.error_analysis.view import change_view
from ui.formatting import format_probability
from ui.images import digit_html, overlay_attribution, picture_html
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
    st.html('<h2 class="chapter">Nearest training digits</h2>')
    show_neighbors(model, get_split().images[index])
    st.html('<h2 class="chapter">Minimal occlusion</h2>')
    show_minimal_occlusion(model, evaluation, index)
    if model.run is not None and model.saved_epochs:
        st.html('<h2 class="chapter">Predictions by epoch</h2>')
        _show_epochs(model, evaluation, index)


def _show_navigation(index: int, sequence: Sequence[int]) -> None:
    position = list(sequence).index(index) if index in sequence else None
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Back to all images",
            icon=":material/arrow_back:",
            key="errors_back",
            on_click=lambda: change_view(image=None),
        )
        for name, label, icon, step in (
            ("previous", "Previous", ":material/chevron_left:", -1),
            ("next", "Next", ":material/chevron_right:", 1),
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
            number, total = f"{position + 1:,}", f"{len(sequence):,}"
            st.html(f'<p class="note">{number} of {total}</p>', width="content")


def _show_label(evaluation: Evaluation, index: int) -> None:
    true, predicted = int(evaluation.labels[index]), int(evaluation.predicted[index])
    verdict = "Correct" if true == predicted else "Incorrect"
    name = format_image_name(index)
    picture = digit_html(get_split().images[index], name)
    st.html(f'<div class="patient">{picture}</div>')
    st.html(
        f'<p class="verdict"><span>Label <b>{true}</b></span>'
        f"<span>Prediction <b>{predicted}</b></span></p>"
        f'<p class="note">{verdict}. {name}.</p>'
    )
    if not is_own():
        st.page_link(
            "pages/pixels.py",
            label="See its pixels as numbers",
            icon=":material/grid_on:",
            query_params={"split": "test", "image": str(index)},
        )
    if index in list_disputed(evaluation):
        review = DISPUTED[index]
        st.html(
            f'<p class="disputed"><b>Disputed label.</b> Votes of five people for {review.given}: '
            f"{review.votes_given}, for {review.other}: {review.votes_other}, for neither: "
            f"{review.votes_neither}. "
            '<a href="https://labelerrors.com" target="_blank" rel="noreferrer">Northcutt et al., '
            "2021</a></p>"
        )


def _show_probabilities(evaluation: Evaluation, index: int) -> None:
    true = int(evaluation.labels[index])
    probabilities = evaluation.probabilities[index]
    second = int(np.argsort(-probabilities)[1])
    second_probability = format_probability(float(probabilities[second]))
    label_probability = _format_decimal(float(probabilities[true]))
    show_probability_bars(probabilities, label=true)
    st.html(
        f"<p>The second most likely digit is <b>{second}</b>, with a probability of "
        f"{second_probability}.</p>"
        '<p class="note" title="Minus the natural logarithm of the label’s probability: 0 if the '
        'network is certain of the label, larger the less probable it considers it.">'
        f"The loss is {evaluation.losses[index]:.3f} = −ln {label_probability}; the mean over all "
        f"images is {evaluation.loss:.3f}.</p>"
    )


def _show_attribution(classifier: Classifier, evaluation: Evaluation, index: int) -> None:
    true = int(evaluation.labels[index])
    first, second = (int(digit) for digit in np.argsort(-evaluation.probabilities[index])[:2])
    rival = second if first == true else true
    # The picture is above the choice of the method, but needs its value.
    shown = st.container()
    method = pick_method("errors_method")
    image = get_split().images[index]
    maps = method.explain(classifier, image)
    if method.is_signed:
        attribution, description = maps[first] - maps[rival], f"Why {first} rather than {rival}"
    else:
        attribution, description = maps[first], f"Evidence for {first}"
    picture = overlay_attribution(image, attribution, float(np.abs(attribution).max()) or 1.0)
    with shown:
        st.html(
            f'<div class="patient">{picture_html(picture, description)}</div>'
            f'<p class="verdict">{description}</p>'
        )
    st.html(f'<p class="note">{method.description}</p>')


def _show_epochs(model: TrainedModel, evaluation: Evaluation, index: int) -> None:
    assert model.run is not None
    image = get_split().images[index : index + 1]
    true = int(evaluation.labels[index])
    cards = []
    for epoch in model.sample_epochs(MAX_SAMPLED_EPOCHS):
        probabilities = get_classifier(model.at_epoch(epoch)).probabilities(image)[0]
        predicted = int(probabilities.argmax())
        probability = format_probability(float(probabilities[predicted]))
        verdict = "correct" if predicted == true else "incorrect"
        cards.append(
            f'<div role="listitem" class="{verdict}"><small>Epoch {epoch}</small><b>{predicted}</b>'
            f"<small>{probability}</small><em>{verdict}</em></div>"
        )
    st.html(f'<div class="epoch-predictions" role="list">{"".join(cards)}</div>')


def _format_decimal(probability: float) -> str:
    """Return a probability with four decimals, or two significant digits if it is below 0.001."""
    if probability >= 0.001:
        return f"{probability:.4f}"
    return np.format_float_positional(probability, precision=2, fractional=False, trim="-")
