"""What the Inside page computes from many images, once a model and only when it is looked at."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.layer_profiler import IMAGES, measure_layers
from mnist_core.interpretability.pca import Projection, fit_projection
from mnist_core.interpretability.top_activations import TopActivations, find_top_activations
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import TrainedModel
from ui.resources import get_classifier, get_data

SEARCHED_IMAGES = 5000
"""Among how many training images the exemplars of a filter are sought."""


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """The test images by their features, and on the plane of these.

    features: (10,000, width) float32. points: (10,000, 2) float32.
    """

    features: np.ndarray
    projection: Projection
    points: np.ndarray


def get_seconds(model: TrainedModel) -> dict[str, float]:
    """Return how long each layer takes, in seconds an image."""
    return _measure(model.path, model.modified, get_classifier(model))


def get_peaks(model: TrainedModel, layer: str) -> TopActivations:
    """Return where among the first `SEARCHED_IMAGES` training images each filter is excited "
    "most.
    """
    return _find_peaks(model.path, model.modified, layer, get_classifier(model))


def get_feature_map(model: TrainedModel) -> FeatureMap:
    """Return the map of the test images; that of an epoch is turned like the trained network's."""
    trained = None
    if model.epoch is not None and model.run is not None and model.run.model_path.exists():
        trained = get_feature_map(TrainedModel(model.run.id, "", model.run.model_path, model.run))
    return _project(model.path, model.modified, get_classifier(model), trained)


@st.cache_resource(max_entries=64, show_spinner=False)
def _measure(path: Path, modified: int, _classifier: Classifier) -> dict[str, float]:
    return measure_layers(_classifier, as_float(get_data().test.images[:IMAGES]))


@st.cache_resource(max_entries=32, show_spinner="Looking for the images that excite it most…")
def _find_peaks(path: Path, modified: int, layer: str, _classifier: Classifier) -> TopActivations:
    chosen = next(each for each in _classifier.layers if each.name == layer)
    return find_top_activations(_classifier, chosen, get_data().train.images[:SEARCHED_IMAGES])


@st.cache_resource(max_entries=32, show_spinner="Placing the 10,000 test images on the map…")
def _project(
    path: Path, modified: int, _classifier: Classifier, _trained: FeatureMap | None
) -> FeatureMap:
    features = _classifier.features(get_data().test.images)
    projection = fit_projection(features)
    if _trained is not None:
        projection = projection.aligned_to(features, _trained.points)
    return FeatureMap(features, projection, projection.apply(features))
