"""Resources that all sessions share: the data, the runs, the executor and the loaded models."""

import math
from collections import OrderedDict
from pathlib import Path
from threading import Lock

import numpy as np
import streamlit as st

from mnist_core.config import MAX_EPOCHS
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.hands import HandStore, open_hands
from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.inference.ood import OodDetector
from mnist_core.jobs.executor import Executor, open_executor
from mnist_core.messages import message
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.runs.model_registry import TrainedModel
from mnist_core.runs.store import RunStore, open_store
from ui import state
from ui.language import LaterText, _

MAX_CLASSIFIERS = 32
MAX_CACHED_VALUES = 75_000_000
"""How many parameters and outputs the cached classifiers have together, at most.

A parameter takes 8 bytes, and 16 once many images were classified and their features computed. So
this is about 1.2 GB: three of the largest networks that can be loaded, 29 of the tutorial's size,
or `MAX_CLASSIFIERS`. A page shows up to 14 at a time: 12 epochs, the chosen one and the trained
model.
"""


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


class ClassifierCache:
    """The classifiers that were used last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loading = Lock()
        self._classifiers: OrderedDict[tuple[Path, int], Classifier] = OrderedDict()

    def get(self, path: Path, modified: int) -> Classifier:
        """Return a classifier; load it if it is not here.

        Args:
            path: Its file.
            modified: When the file was last changed.

        Raises:
            ModelError: The file is missing or damaged, or the model outputs NaN.
        """
        classifier = self._find(path, modified)
        if classifier is None:
            with self._loading:  # one at a time, so that none is loaded twice
                classifier = self._find(path, modified)
                if classifier is None:
                    classifier = _load_classifier(path)
                    self._keep(path, modified, classifier)
        return classifier

    def _find(self, path: Path, modified: int) -> Classifier | None:
        with self._lock:
            if (path, modified) in self._classifiers:
                self._classifiers.move_to_end((path, modified))
            return self._classifiers.get((path, modified))

    def _keep(self, path: Path, modified: int, classifier: Classifier) -> None:
        with self._lock:
            self._classifiers[path, modified] = classifier
            values = sum(map(_count_values, self._classifiers.values()))
            while len(self._classifiers) > 1 and (
                len(self._classifiers) > MAX_CLASSIFIERS or values > MAX_CACHED_VALUES
            ):
                _key, oldest = self._classifiers.popitem(last=False)
                values -= _count_values(oldest)


@st.cache_resource(show_spinner=False)
def _get_classifiers() -> ClassifierCache:
    return ClassifierCache()


def _count_values(classifier: Classifier) -> int:
    """Return the number of a classifier's parameters and outputs for one image."""
    outputs = sum(math.prod(layer.output_shape) for layer in classifier.layers)
    return classifier.parameters + outputs


def _load_classifier(path: Path) -> Classifier:
    classifier = Classifier.load(path)
    if not np.isfinite(classifier.probabilities(np.zeros((1, 28, 28), np.float32))).all():
        raise ModelError(
            _(
                "This model outputs NaN, probably because its training diverged. Choose another "
                "model or epoch."
            )
        )
    return classifier


@st.cache_resource(
    max_entries=MAX_EPOCHS + 16,
    show_spinner=LaterText(message("Classifying the 10,000 test images…")),
)
def _evaluate(path: Path, modified: int, _model: TrainedModel) -> Evaluation:
    return _model.evaluate(get_data().test)
