"""The smallest erasure that changes what the network reads in an image."""

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.interpretability.minimal_occlusion import LARGEST, Occlusion, find_minimal_occlusion
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel
from ui.formatting import format_probability
from ui.images import MARK, digit_html, picture_html
from ui.resources import get_classifier, get_data


def show_erasure(model: TrainedModel, evaluation: Evaluation, index: int) -> None:
    """Show the smallest black square that changes the answer, and what is read after it.

    Args:
        model: The network.
        evaluation: Its answers to the test images.
        index: The test image.
    """
    erasure = _find_erasure(evaluation.digest, index, model)
    if erasure is None:
        st.html(
            f'<p class="note">No black square of up to {LARGEST} × {LARGEST} pixels changes this '
            "answer, wherever it is laid.</p>"
        )
        return
    image = get_data().test.images[index]
    marked = np.repeat(image[..., np.newaxis], 3, axis=2)
    square = (
        slice(erasure.top, erasure.top + erasure.side),
        slice(erasure.left, erasure.left + erasure.side),
    )
    share = as_float(marked[square])
    marked[square] = np.rint((0.35 + 0.65 * share) * MARK).astype(np.uint8)
    read = int(evaluation.predicted[index])
    st.html(
        '<div class="erasure"><figure>'
        f"{picture_html(marked, 'The image with what is erased marked')}"
        f"<figcaption>Read as <b>{read}</b>, "
        f"{format_probability(float(evaluation.probabilities[index].max()))}</figcaption></figure>"
        "<span>→</span><figure>"
        f"{digit_html(erasure.image, 'What remains after the erasure')}"
        f"<figcaption>Read as <b>{erasure.answer}</b>, "
        f"{format_probability(float(erasure.probabilities.max()))}</figcaption></figure>"
        f'<p class="note">{_say_change(erasure, read)}</p></div>'
    )


def _say_change(erasure: Occlusion, read: int) -> str:
    if erasure.side == 1:
        return f"Painting the marked pixel black turns the answer from {read} to {erasure.answer}."
    return (
        f"Painting the marked {erasure.side} × {erasure.side} pixels black turns the answer from "
        f"{read} to {erasure.answer}. No smaller square, wherever it lies, changes the answer."
    )


@st.cache_data(max_entries=500, show_spinner="Trying what can be erased…")
def _find_erasure(digest: str, index: int, _model: TrainedModel) -> Occlusion | None:
    return find_minimal_occlusion(get_classifier(_model), get_data().test.images[index])
