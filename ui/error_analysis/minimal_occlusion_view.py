"""The smallest black square that changes the prediction for a test image."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.interpretability.minimal_occlusion import LARGEST, Occlusion, find_minimal_occlusion
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel
from ui.error_analysis.evaluated_images import get_images
from ui.formatting import format_probability
from ui.images import MARK, as_rgb, digit_html, picture_html
from ui.language import LaterText, _
from ui.resources import get_classifier


def show_minimal_occlusion(model: TrainedModel, evaluation: Evaluation, index: int) -> None:
    """Show the smallest black square that changes the prediction, and the new prediction.

    Args:
        model: The network.
        evaluation: Its predictions on the test images.
        index: The test image.
    """
    occlusion = _find_occlusion(evaluation.digest, index, model)
    if occlusion is None:
        text = _(
            "No black square of up to {side} × {side} pixels changes this prediction, at any "
            "position.",
            side=LARGEST,
        )
        st.html(f'<p class="note">{text}</p>')
        return
    marked = picture_html(_mark(get_images()[index], occlusion), _("The covered square"))
    covered = digit_html(occlusion.image, _("The image with the square covered"))
    before = int(evaluation.predicted[index])
    probability_before = format_probability(float(evaluation.probabilities[index].max()))
    probability_after = format_probability(float(occlusion.probabilities.max()))
    st.html(
        f'<div class="occlusion"><figure>{marked}'
        f"<figcaption>{_format_prediction(before, probability_before)}</figcaption></figure>"
        f"<span>→</span><figure>{covered}"
        f"<figcaption>{_format_prediction(occlusion.predicted, probability_after)}</figcaption>"
        f'</figure><p class="note">{_format_change(occlusion, before)}</p></div>'
    )


def _format_prediction(digit: int, probability: str) -> str:
    return _(
        "Prediction <b>{digit}</b>, {probability}", digit=digit, probability=escape(probability)
    )


def _mark(image: np.ndarray, occlusion: Occlusion) -> np.ndarray:
    """Return an image, (28, 28) uint8, as (28, 28, 3) RGB with the square tinted."""
    marked = as_rgb(image)
    square = (
        slice(occlusion.top, occlusion.top + occlusion.side),
        slice(occlusion.left, occlusion.left + occlusion.side),
    )
    ink = as_float(marked[square])
    marked[square] = np.rint((0.35 + 0.65 * ink) * MARK).astype(np.uint8)
    return marked


def _format_change(occlusion: Occlusion, before: int) -> str:
    side, after = occlusion.side, occlusion.predicted
    if side == 1:
        return _(
            "Setting the marked pixel to black changes the prediction from {before} to {after}.",
            before=before,
            after=after,
        )
    return _(
        "Setting the marked {side} × {side} pixels to black changes the prediction from {before} "
        "to {after}. No smaller square changes it, at any position.",
        side=side,
        before=before,
        after=after,
    )


@st.cache_data(
    max_entries=500, show_spinner=LaterText(message("Searching for the minimal occlusion…"))
)
def _find_occlusion(digest: str, index: int, _model: TrainedModel) -> Occlusion | None:
    return find_minimal_occlusion(get_classifier(_model), get_images()[index])
