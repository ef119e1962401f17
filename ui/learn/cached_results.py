"""What the chapters compute with the tutorial's network, cached for all sessions."""

import numpy as np
import streamlit as st

from mnist_core.course.example import IMAGE
from mnist_core.course.learning_rates import SEED, try_rates
from mnist_core.course.numpy_network import Forward, Weights, forward, make_weights
from mnist_core.course.one_weight import WeightStep, examine_weight, trace_loss
from mnist_core.course.record import MODEL
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.model_registry import get_model
from mnist_core.runs.trained_model import TrainedModel
from ui.resources import get_classifier, get_data, get_evaluation, get_store


def get_tutorial_model() -> TrainedModel:
    """Return the tutorial's network that comes with the app."""
    return get_model(get_store(), MODEL.stem)


def get_tutorial() -> Classifier:
    """Return the classifier of `get_tutorial_model`."""
    return get_classifier(get_tutorial_model())


def get_tutorial_evaluation() -> Evaluation:
    """Return its predictions for the test images."""
    return get_evaluation(get_tutorial_model())


@st.cache_resource(show_spinner=False)
def get_first_weights() -> Weights:
    """Return the random weights with which the network begins in the chapters."""
    return make_weights(SEED)


@st.cache_resource(show_spinner=False)
def get_untrained_values() -> Forward:
    """Return what the network computes from the example before its training."""
    return forward(get_first_weights(), as_float(get_data().train.images[IMAGE])[np.newaxis])


@st.cache_data(max_entries=64, show_spinner=False)
def get_weight_step(place: str, learning_rate: float) -> WeightStep:
    """Return the step of one weight for the example; see `examine_weight`."""
    data = get_data().train
    image, label = as_float(data.images[IMAGE]), int(data.labels[IMAGE])
    return examine_weight(get_first_weights(), image, label, place, learning_rate)


@st.cache_data(max_entries=64, show_spinner=False)
def get_loss_curve(place: str, low: float, high: float) -> np.ndarray:
    """Return values of a weight and the losses of the example with them, (2, n) float64."""
    data = get_data().train
    values = np.linspace(low, high, 41)
    image, label = as_float(data.images[IMAGE]), int(data.labels[IMAGE])
    losses = trace_loss(get_first_weights(), image, label, place, values)
    return np.stack([values, losses])


@st.cache_data(show_spinner=False)
def get_tried_rates(rates: tuple[float, ...], factor: float = 1.0) -> tuple[float, list[float]]:
    """Return the loss of a batch before and after one step; see `try_rates`."""
    return try_rates(get_data().train, rates, factor)
