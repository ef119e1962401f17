"""Tests of mnist_core.interpretability.layer_arithmetic, with all shipped networks."""

import numpy as np
import pytest

from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability.activations import trace_layers
from mnist_core.interpretability.layer_arithmetic import (
    compute_output_pixel,
    count_trainable,
    read_normalization,
)

MODELS = sorted(PRETRAINED.glob("*.onnx"))


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.stem)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    """Each shipped network."""
    return Classifier.load(request.param)


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    """An image of random pixels."""
    return np.random.default_rng(0).random((28, 28)).astype(np.float32)


def test_output_pixels_match_the_convolutions_output(
    classifier: Classifier, noise: np.ndarray
) -> None:
    """Two corners, with padding, and an inner pixel, for the first and the last filter."""
    for activation in trace_layers(classifier, noise):
        if activation.layer.kind != "Conv2D":
            continue
        height, width, filters = activation.output.shape
        for row, column in [(0, 0), (height - 1, width - 1), (height // 2, width // 3)]:
            for channel in (0, filters - 1):
                pixel = compute_output_pixel(activation, row, column, channel)
                assert pixel.value == pytest.approx(
                    activation.output[row, column, channel], abs=1e-4
                )


def test_normalization_matches_the_layers_output(classifier: Classifier, noise: np.ndarray) -> None:
    """For every value of one feature map."""
    for activation in trace_layers(classifier, noise):
        if activation.layer.kind != "BatchNormalization":
            continue
        normalization = read_normalization(activation, 1)
        computed = [normalization.apply(value) for value in activation.input[..., 1].ravel()]
        np.testing.assert_allclose(computed, activation.output[..., 1].ravel(), atol=1e-4)


def test_moving_means_and_variances_are_not_trainable() -> None:
    """The compact network normalizes 16, 32 and 64 feature maps."""
    compact = Classifier.load(PRETRAINED / "compact.onnx")
    assert count_trainable(compact) == compact.parameters - 2 * (16 + 32 + 64)
