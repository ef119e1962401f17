"""Tests of mnist_core.interpretability.attribution: occlusion, saliency and Grad-CAM."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier, Layer
from mnist_core.interpretability.attribution import (
    AttributionError,
    grad_cam,
    grad_cam_layer,
    occlusion,
    saliency,
)
from mnist_core.interpretability.backprop import INPUT, backpropagate


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


@pytest.fixture(scope="module")
def seven() -> np.ndarray:
    """The first test image, a 7."""
    return load_mnist().test.images[0]


class TemplateMatcher:
    """A network that is linear in the pixels, so that attributions can be computed by hand."""

    def __init__(self) -> None:
        self.templates = np.random.default_rng(0).normal(size=(10, 28, 28)).astype(np.float32)

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the products of each image with the ten templates."""
        return np.einsum("nij,kij->nk", images, self.templates)


def test_occlusion_of_one_pixel_in_a_linear_network() -> None:
    """The logit decreases by the pixel times its weight."""
    matcher = TemplateMatcher()
    image = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    maps = occlusion(matcher, image, patch=1)  # type: ignore[arg-type]
    np.testing.assert_allclose(maps, image * matcher.templates, atol=2e-4)


def test_occlusion_is_the_mean_over_the_squares_that_cover_a_pixel() -> None:
    """One pixel of ink, squares of 3 × 3: neighbors are covered by some of the same squares."""
    matcher = TemplateMatcher()
    image = np.zeros((28, 28), np.float32)
    image[0, 10] = 1
    maps = occlusion(matcher, image, patch=3)  # type: ignore[arg-type]
    contribution = matcher.templates[:, 0, 10]
    np.testing.assert_allclose(maps[:, 0, 10], contribution, rtol=1e-4)
    np.testing.assert_allclose(maps[:, 1, 11], contribution * 4 / 9, rtol=1e-4)
    np.testing.assert_allclose(maps[:, 2, 12], contribution * 1 / 9, rtol=1e-4)
    assert not maps[:, 3:].any()


def test_occlusion_of_a_blank_image_is_zero(classifier: Classifier) -> None:
    """It has no ink to occlude."""
    assert not occlusion(classifier, np.zeros((28, 28), np.float32)).any()


def test_occlusion_does_not_change_the_image(classifier: Classifier, seven: np.ndarray) -> None:
    """Squares are occluded in copies."""
    image = seven / np.float32(255)
    before = image.copy()
    occlusion(classifier, image)
    np.testing.assert_array_equal(image, before)


def test_saliency_is_the_gradient_of_the_pixels(classifier: Classifier, seven: np.ndarray) -> None:
    """One map per digit, from backpropagation."""
    maps = saliency(classifier, seven)
    assert maps.shape == (10, 28, 28)
    np.testing.assert_array_equal(maps, backpropagate(classifier, seven)[INPUT])


def test_uint8_and_float_images_give_the_same_maps(
    classifier: Classifier, seven: np.ndarray
) -> None:
    """For all three methods."""
    scaled = seven / np.float32(255)
    for method in (occlusion, saliency, grad_cam):
        np.testing.assert_allclose(method(classifier, seven), method(classifier, scaled), atol=1e-5)


def test_grad_cam_follows_its_definition(classifier: Classifier, seven: np.ndarray) -> None:
    """Feature maps weighted by their mean gradient, summed in loops, negative values 0."""
    layer = grad_cam_layer(classifier)
    gradients = backpropagate(classifier, seven)[layer]
    maps = classifier.activations(seven)[layer]
    expected = np.zeros((10, *maps.shape[:2]))
    for digit in range(10):
        for channel in range(maps.shape[2]):
            expected[digit] += gradients[digit, :, :, channel].mean() * maps[:, :, channel]
    np.testing.assert_allclose(
        grad_cam(classifier, seven), np.maximum(expected, 0), rtol=1e-4, atol=1e-5
    )


def test_grad_cam_uses_the_activation_after_the_last_convolution() -> None:
    """In the compact network, the third ReLU."""
    assert grad_cam_layer(Classifier.load(PRETRAINED / "compact.onnx")) == "relu3"


def test_grad_cam_needs_a_convolution() -> None:
    """For a network of dense layers, the message names the other methods."""

    class Dense:
        layers = (Layer("logits", "Dense", (10,), 7850, {}, ()),)

    with pytest.raises(AttributionError, match="occlusion or saliency"):
        grad_cam_layer(Dense())  # type: ignore[arg-type]
