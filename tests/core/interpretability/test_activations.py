"""An image's way through the layers."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import PassageError, follow


def test_each_layer_receives_what_the_one_before_put_out() -> None:
    """From the image in 0..1 to the probabilities, with the weights that each layer names."""
    classifier = Classifier.load()
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    passages = follow(classifier, image)
    assert [passage.layer for passage in passages] == list(classifier.layers)
    np.testing.assert_allclose(passages[0].received[..., 0] * 255, image, atol=1e-4)
    for earlier, later in pairwise(passages):
        assert later.received is earlier.output
    for passage in passages:
        assert passage.output.shape == passage.layer.output_shape
        names = passage.layer.weights
        for name, weights in zip(names, passage.weights, strict=True):
            assert weights is classifier.weights[name]


def test_a_network_that_diverged_is_refused() -> None:
    """An image that is no numbers stands for weights that are none."""
    with pytest.raises(PassageError, match="Choose another model or epoch"):
        follow(Classifier.load(), np.full((28, 28), np.nan, np.float32))
