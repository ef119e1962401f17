"""An image's way through the layers."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import NonFiniteActivationError, trace_layers


def test_each_layer_receives_what_the_one_before_put_out() -> None:
    """From the image in 0..1 to the probabilities, with the weights that each layer names."""
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


def test_a_network_that_diverged_is_refused() -> None:
    """An image that is no numbers stands for weights that are none."""
    with pytest.raises(NonFiniteActivationError, match="Choose another model or epoch"):
        trace_layers(Classifier.load(), np.full((28, 28), np.nan, np.float32))
