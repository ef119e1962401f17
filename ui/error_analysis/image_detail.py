"""One image in depth: what the network made of it, why, and what would change its mind."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import DISPUTED, find_disputed
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import TrainedModel
from ui.attribution_picker import pick_method
from ui.error_analysis.address import change_view
from ui.error_analysis.minimal_occlusion_view import show_erasure
from ui.error_analysis.neighbors_view import show_neighbors
from ui.formatting import format_probability
from ui.images import digit_html, overlay_attribution, picture_html
from ui.layout import error_boundary
from ui.resources import get_classifier, get_data

MOST_EPOCHS = 12


def show_image(
    model: TrainedModel, evaluation: Evaluation, index: int, sequence: Sequence[int]
) -> None:
    """Show everything about one test image.

    Args:
        model: The network.
        evaluation: Its answers to the test images.
        index: The image.
        sequence: The images among which “previous” and “next” move; `index` may be missing.
    """
    classifier = get_classifier(model)
    _show_way(index, sequence)
    picture, odds, reasons = st.columns([1, 1.15, 1], gap="large")
    with picture:
        _show_picture(evaluation, index)
    with odds:
        _show_odds(evaluation, index)
    with reasons, error_boundary():
        _show_reasons(classifier, evaluation, index)
    st.html('<h2 class="chapter">The nearest training digits</h2>')
    show_neighbors(model, evaluation, index)
    st.html('<h2 class="chapter">The smallest erasure that changes the answer</h2>')
    show_erasure(model, evaluation, index)
    if model.run is not None and model.run.kept_epochs:
        st.html('<h2 class="chapter">Over the epochs</h2>')
        _show_epochs(model, evaluation, index)


def _show_way(index: int, sequence: Sequence[int]) -> None:
    place = list(sequence).index(index) if index in sequence else None
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Back to all images",
            icon=":material/arrow_back:",
            key="errors_back",
            on_click=lambda: change_view(image=None),
        )
        for name, icon, step in (
            ("Previous", ":material/chevron_left:", -1),
            ("Next", ":material/chevron_right:", 1),
        ):
            inside = place is not None and 0 <= place + step < len(sequence)
            goal = int(sequence[place + step]) if inside and place is not None else index
            st.button(
                name,
                icon=icon,
                disabled=not inside,
                key=f"errors_{name.lower()}_image",
                on_click=lambda goal=goal: change_view(image=goal),
            )
        if place is not None:
            st.html(f'<p class="note">{place + 1:,} of {len(sequence):,}</p>', width="content")


def _show_picture(evaluation: Evaluation, index: int) -> None:
    true, read = int(evaluation.labels[index]), int(evaluation.predicted[index])
    st.html(
        '<div class="patient">'
        f"{digit_html(get_data().test.images[index], f'Test image {index}')}</div>"
    )
    verdict = "Read as labeled." if true == read else "Not read as labeled."
    st.html(
        f'<p class="verdict"><span>Label <b>{true}</b></span>'
        f"<span>read as <b>{read}</b></span></p>"
        f'<p class="note">{verdict} Test image {index:,}.</p>'
    )
    st.page_link(
        "pages/pixels.py",
        label="See its pixels as numbers",
        icon=":material/grid_on:",
        query_params={"split": "test", "image": str(index)},
    )
    if index in find_disputed(evaluation.labels):
        review = DISPUTED[index]
        st.html(
            '<p class="disputed"><b>Disputed label.</b> Of five people, '
            f"{review.votes_given} saw {review.given}, {review.votes_other} saw {review.other}, "
            f"{review.votes_neither} saw neither. "
            '<a href="https://labelerrors.com" target="_blank" rel="noreferrer">Northcutt et al., '
            "2021</a></p>"
        )


def _show_odds(evaluation: Evaluation, index: int) -> None:
    true = int(evaluation.labels[index])
    probabilities = evaluation.probabilities[index]
    first, second = (int(digit) for digit in np.argsort(-probabilities)[:2])
    rows = "".join(
        f"<div role=listitem{' class=leads' if digit == first else ''}><span>{digit}</span>"
        f'<i style="--share:{float(share):.4f}"></i><b>{format_probability(float(share))}</b>'
        f"<em>{'label' if digit == true else ''}</em></div>"
        for digit, share in enumerate(probabilities)
    )
    st.html(f'<div class="odds" role="list" aria-label="Probabilities">{rows}</div>')
    st.html(
        f"<p>The second guess was <b>{second}</b> with "
        f"{format_probability(float(probabilities[second]))}.</p>"
        f'<p class="note" title="Minus the natural logarithm of the label’s probability: 0 if the '
        f'network is certain of the label, and the larger the less it believes it.">'
        f"The loss is {evaluation.losses[index]:.3f}, "
        f"−ln {_say_plain(float(probabilities[true]))}; "
        f"over all images its mean is {evaluation.loss:.3f}.</p>"
    )


def _show_reasons(classifier: Classifier, evaluation: Evaluation, index: int) -> None:
    true = int(evaluation.labels[index])
    first, second = (int(digit) for digit in np.argsort(-evaluation.probabilities[index])[:2])
    rival = second if first == true else true
    shown = st.container()
    method = pick_method("errors_method")
    image = get_data().test.images[index]
    maps = method.explain(classifier, image)
    if method.compares:
        reasons, description = maps[first] - maps[rival], f"Why {first} rather than {rival}"
    else:
        reasons, description = maps[first], f"What speaks for {first}"
    picture = overlay_attribution(image, reasons, float(np.abs(reasons).max()) or 1.0)
    with shown:
        st.html(
            f'<div class="patient">{picture_html(picture, description)}</div>'
            f'<p class="verdict">{description}</p>'
        )
    st.html(f'<p class="note">{method.words}</p>')


def _show_epochs(model: TrainedModel, evaluation: Evaluation, index: int) -> None:
    assert model.run is not None
    image = get_data().test.images[index : index + 1]
    true = int(evaluation.labels[index])
    steps = []
    for epoch in model.sample_epochs(MOST_EPOCHS):
        probabilities = get_classifier(model.at_epoch(epoch)).probabilities(image)[0]
        read = int(probabilities.argmax())
        kind = "right" if read == true else "wrong"
        steps.append(
            f'<div role="listitem" class="{kind}"><small>Epoch {epoch}</small><b>{read}</b>'
            f"<small>{format_probability(float(probabilities[read]))}</small><em>{kind}</em></div>"
        )
    st.html(f'<div class="epoch-answers" role="list">{"".join(steps)}</div>')


def _say_plain(share: float) -> str:
    """Return a probability in decimals: four, or where those show too little, two digits."""
    if share >= 0.001:
        return f"{share:.4f}"
    return np.format_float_positional(share, precision=2, fractional=False, trim="-")
