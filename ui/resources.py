"""Resources that all sessions share: the data, the runs, the executor and the loaded models."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.config import MAX_EPOCHS
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.hands import HandStore, open_hands
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.ood import OodDetector
from mnist_core.jobs.executor import Executor, open_executor
from mnist_core.messages import message
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.runs.model_registry import TrainedModel
from mnist_core.runs.store import RunStore, open_store
from ui import state
from ui.classifier_cache import ClassifierCache
from ui.language import LaterText


@st.cache_resource(show_spinner=LaterText(message("Reading the MNIST images…")))
def get_data() -> Mnist:
    """Return MNIST, loaded once per process."""
    return load_mnist()


@st.cache_resource
def get_store() -> RunStore:
    """Return the store of training runs."""
    return open_store()


@st.cache_resource(show_spinner=False)
def get_hands() -> HandStore:
    """Return the store of kept drawings, opened at its first use.

    Raises:
        HandError: The database cannot be used; the next call tries again.
    """
    return open_hands()


@st.cache_resource(show_spinner=False)
def get_pool() -> Executor:
    """Return the executor that trains the queued runs; the first visit starts it."""
    return open_executor(get_store())


def get_classifier(model: TrainedModel) -> Classifier:
    """Return a model, loaded once per process and again after its file has changed.

    Raises:
        ModelError: The file is missing or damaged, or the model outputs NaN.
    """
    return _get_classifiers().get(model.path, model.modified)


@st.cache_resource(show_spinner=False)
def get_ood_detector() -> OodDetector:
    """Return the out-of-distribution detector, loaded once per process."""
    return OodDetector.load()


def get_evaluation(model: TrainedModel) -> Evaluation:
    """Return a model's predictions for the 10,000 test images.

    Raises:
        ModelError: The file is missing or damaged.
    """
    return _evaluate(model.path, model.modified, model)


def get_drawing() -> np.ndarray | None:
    """Return the session's last drawing as the network's input, (28, 28) float32 in 0..1."""
    pixels = st.session_state.get(state.DRAWING_PIXELS)
    return None if pixels is None else prepare_drawing(pixels)


@st.cache_resource(show_spinner=False)
def _get_classifiers() -> ClassifierCache:
    return ClassifierCache()


@st.cache_resource(
    max_entries=MAX_EPOCHS + 16,
    show_spinner=LaterText(message("Classifying the 10,000 test images…")),
)
def _evaluate(path: Path, modified: int, _model: TrainedModel) -> Evaluation:
    return _model.evaluate(get_data().test)
