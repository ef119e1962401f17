"""Tests of mnist_core.interpretability.activations: the input and output of each layer."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import NonFiniteActivationError, trace_layers


def test_the_input_of_a_layer_is_the_output_of_the_previous_one() -> None:
    """The first input is the image in 0..1; each layer has its own weights."""
    classifier = Classifier.load()
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    activations = trace_layers(classifier, image)
    assert [activation.layer for activation in activations] == list(classifier.layers)
    np.testing.assert_allclose(activations[0].input[..., 0] * 255, image, atol=1e-4)
    for earlier, later in pairwise(activations):
        assert later.input is earlier.output
    for activation in activations:
        assert activation.output.shape == activation.layer.output_shape
        names = activation.layer.weights
        for name, weights in zip(names, activation.weights, strict=True):
            assert weights is classifier.weights[name]


def test_non_finite_activations_are_rejected() -> None:
    """An image of NaN gives the same activations as weights of NaN."""
    with pytest.raises(NonFiniteActivationError, match="Choose another model or epoch"):
        trace_layers(Classifier.load(), np.full((28, 28), np.nan, np.float32))
