"""The images that the Errors page evaluates: MNIST's test images, or a hand's drawings."""

import hashlib
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.evaluation import Evaluation, evaluate
from mnist_core.evaluation.label_issues import find_disputed
from mnist_core.hands import as_split
from mnist_core.messages import message
from mnist_core.runs.model_registry import TrainedModel
from ui import state
from ui.error_analysis.view import get_view
from ui.hand_picker import get_hand
from ui.language import LaterText, _
from ui.resources import get_classifier, get_data, get_evaluation, get_hands

MAX_EVALUATIONS = 16


def is_own() -> bool:
    """Return whether the person's own drawings are chosen."""
    return get_view().data == "hand"


def read_kept_drawings() -> Split:
    """Read the hand's drawings, (n, 28, 28) uint8, with their labels; `get_images` returns them.

    Raises:
        HandError: The database of the drawings cannot be used.
    """
    split = as_split(get_hands().list_drawings(get_hand().id))
    st.session_state[state.ERRORS_DRAWINGS] = split
    return split


def get_images() -> np.ndarray:
    """Return the images that are evaluated, (n, 28, 28) uint8."""
    if not is_own():
        return get_data().test.images
    return st.session_state[state.ERRORS_DRAWINGS].images


def evaluate_images(model: TrainedModel) -> Evaluation:
    """Return a model's predictions for the chosen images, of which there is at least one.

    Raises:
        MnistError: The model cannot be read.
    """
    if not is_own():
        return get_evaluation(model)
    split = st.session_state[state.ERRORS_DRAWINGS]
    content = split.images.tobytes() + split.labels.tobytes()
    return _evaluate(model.path, model.modified, hashlib.sha256(content).hexdigest(), model, split)


def list_disputed(evaluation: Evaluation) -> np.ndarray:
    """Return the indices of the disputed images, (m,) int64; drawings are not disputed."""
    return np.zeros(0, np.int64) if is_own() else find_disputed(evaluation.labels)


def format_image_name(index: int) -> str:
    """Return what an image is called."""
    number = f"{index:,}"
    return (
        _("Drawing {number}", number=number)
        if is_own()
        else _("Test image {number}", number=number)
    )


@st.cache_resource(
    max_entries=MAX_EVALUATIONS, show_spinner=LaterText(message("Classifying your drawings…"))
)
def _evaluate(
    path: Path, modified: int, digest: str, _model: TrainedModel, _split: Split
) -> Evaluation:
    return evaluate(get_classifier(_model), _split, f"{path.name}{modified}{digest}")
