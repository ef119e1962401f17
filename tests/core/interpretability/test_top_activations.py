"""The images and patches that excite a filter most."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.layer_arithmetic import cut_out
from mnist_core.interpretability.top_activations import CHUNK, find_exemplars, find_top_activations


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The shipped network."""
    return Classifier.load()


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """A few more training images than are run at once."""
    return load_mnist().train.images[: CHUNK + 20]


def test_the_strongest_images_come_first(classifier: Classifier, images: np.ndarray) -> None:
    """Compared with the highest outputs found image by image."""
    layer = next(layer for layer in classifier.layers if layer.name == "relu2")
    peaks = find_top_activations(classifier, layer, images, count=3)
    exemplars = find_exemplars(classifier, layer, peaks, images, channel=4)
    highest = [classifier.activations(image)[layer.name][..., 4].max() for image in images]
    assert [e.index for e in exemplars] == list(np.argsort(highest)[::-1][:3])
    assert exemplars[0].value == pytest.approx(max(highest), abs=1e-4)


def test_a_patch_alone_excites_the_filter_as_much(
    classifier: Classifier, images: np.ndarray
) -> None:
    """Nothing outside the window matters, and the patch is what the window holds."""
    layer = next(layer for layer in classifier.layers if layer.name == "relu3")
    peaks = find_top_activations(classifier, layer, images, count=3)
    for exemplar in find_exemplars(classifier, layer, peaks, images, channel=9):
        window = exemplar.window
        np.testing.assert_array_equal(exemplar.patch, cut_out(images[exemplar.index], window))
        alone = np.zeros((28, 28), np.uint8)
        inside = (
            slice(max(window.top, 0), window.top + window.height),
            slice(max(window.left, 0), window.left + window.width),
        )
        alone[inside] = images[exemplar.index][inside]
        assert classifier.activations(alone)[layer.name][..., 9].max() >= exemplar.value - 1e-4


def test_a_unit_of_a_dense_layer_looks_at_whole_images(
    classifier: Classifier, images: np.ndarray
) -> None:
    """There is no patch smaller than the image."""
    layer = next(layer for layer in classifier.layers if layer.name == "dense")
    peaks = find_top_activations(classifier, layer, images, count=1)
    best = find_exemplars(classifier, layer, peaks, images, channel=0)[0]
    np.testing.assert_array_equal(best.patch, images[best.index])
