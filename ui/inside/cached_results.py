"""What the Inside page computes from many images, cached per model and only on demand."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.layer_profiler import IMAGES, measure_layers
from mnist_core.interpretability.pca import Projection, fit_projection
from mnist_core.interpretability.reduced_features import compute_reduced_features
from mnist_core.interpretability.top_activations import TopActivations, find_top_activations
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel
from ui.language import LaterText
from ui.resources import get_classifier, get_data

SEARCHED_IMAGES = 5000
"""Among how many training images the top activations of a filter are searched."""


@dataclass(frozen=True, eq=False)
class Embedding:
    """The test images in the feature space of a network, and their projection on a plane.

    Attributes:
        features: (10,000, width) float32, from `compute_reduced_features`.
        projection: The first two principal components.
        points: (10,000, 2) float32, the projected features.
    """

    features: np.ndarray
    projection: Projection
    points: np.ndarray


def get_seconds(model: TrainedModel) -> dict[str, float]:
    """Return how long each layer takes, in seconds per image, by layer name."""
    return _measure(model.path, model.modified, get_classifier(model))


def get_top_activations(model: TrainedModel, layer: str) -> TopActivations:
    """Return the top activations of a layer among the first `SEARCHED_IMAGES` training images."""
    return _find_top_activations(model.path, model.modified, layer, get_classifier(model))


def get_embedding(model: TrainedModel) -> Embedding:
    """Return the embedding of the test images.

    The embedding after an epoch is aligned to that of the trained network, so that the two can be
    compared.
    """
    trained, trained_modified = None, 0
    if model.epoch is not None and model.run is not None and model.run.model_path.exists():
        trained_model = TrainedModel(model.run.id, "", model.run.model_path, model.run)
        trained, trained_modified = get_embedding(trained_model), trained_model.modified
    classifier = get_classifier(model)
    return _embed(model.path, model.modified, trained_modified, classifier, trained)


@st.cache_resource(max_entries=64, show_spinner=False)
def _measure(path: Path, modified: int, _classifier: Classifier) -> dict[str, float]:
    return measure_layers(_classifier, as_float(get_data().test.images[:IMAGES]))


@st.cache_resource(
    max_entries=32, show_spinner=LaterText(message("Searching for the top activations…"))
)
def _find_top_activations(
    path: Path, modified: int, layer: str, _classifier: Classifier
) -> TopActivations:
    chosen = next(each for each in _classifier.layers if each.name == layer)
    return find_top_activations(_classifier, chosen, get_data().train.images[:SEARCHED_IMAGES])


# An embedding takes up to 42 MB, and is computed in some seconds.
@st.cache_resource(
    max_entries=16, show_spinner=LaterText(message("Computing the features of 10,000 test images…"))
)
def _embed(
    path: Path,
    modified: int,
    trained_modified: int,
    _classifier: Classifier,
    _trained: Embedding | None,
) -> Embedding:
    features = compute_reduced_features(_classifier, get_data().test.images)
    projection = fit_projection(features)
    if _trained is not None:
        projection = projection.aligned_to(features, _trained.points)
    return Embedding(features, projection, projection.apply(features))
