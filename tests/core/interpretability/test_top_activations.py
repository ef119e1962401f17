"""Tests of mnist_core.interpretability.top_activations: images and patches per filter."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability import top_activations
from mnist_core.interpretability.receptive_fields import cut_out
from mnist_core.interpretability.top_activations import (
    CHUNK,
    find_top_activations,
    list_top_activations,
)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Training images for more than one batch."""
    return load_mnist().train.images[: CHUNK + 20]


def test_the_strongest_images_come_first(classifier: Classifier, images: np.ndarray) -> None:
    """Compared with the maximum activations computed image by image."""
    layer = next(layer for layer in classifier.layers if layer.name == "relu2")
    top = find_top_activations(classifier, layer, images, count=3)
    listed = list_top_activations(classifier, layer, top, images, channel=4)
    highest = [classifier.activations(image)[layer.name][..., 4].max() for image in images]
    assert [activation.index for activation in listed] == list(np.argsort(highest)[::-1][:3])
    assert listed[0].value == pytest.approx(max(highest), abs=1e-4)


def test_maps_with_many_values_are_computed_for_fewer_images_at_a_time(
    classifier: Classifier, images: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is the same."""
    layer = next(layer for layer in classifier.layers if layer.name == "relu3")
    expected = find_top_activations(classifier, layer, images)
    counts: list[int] = []
    outputs = classifier.outputs

    def count(images: np.ndarray, layers: list[str]) -> list[np.ndarray]:
        counts.append(len(images))
        return outputs(images, layers)

    monkeypatch.setattr(classifier, "outputs", count)
    monkeypatch.setattr(top_activations, "CHUNK_VALUES", 14 * 14 * 64 * 300)
    found = find_top_activations(classifier, layer, images)
    assert counts == [300, len(images) - 300]
    np.testing.assert_allclose(found.values, expected.values, atol=1e-4)
    assert (found.indices == expected.indices).mean() > 0.99


def test_a_patch_alone_gives_the_same_activation(
    classifier: Classifier, images: np.ndarray
) -> None:
    """The pixels outside the window are set to 0; the patch holds those inside."""
    layer = next(layer for layer in classifier.layers if layer.name == "relu3")
    top = find_top_activations(classifier, layer, images, count=3)
    for activation in list_top_activations(classifier, layer, top, images, channel=9):
        window = activation.window
        np.testing.assert_array_equal(activation.patch, cut_out(images[activation.index], window))
        alone = np.zeros((28, 28), np.uint8)
        inside = (
            slice(max(window.top, 0), window.top + window.height),
            slice(max(window.left, 0), window.left + window.width),
        )
        alone[inside] = images[activation.index][inside]
        assert classifier.activations(alone)[layer.name][..., 9].max() >= activation.value - 1e-4


def test_the_patch_of_a_dense_unit_is_the_whole_image(
    classifier: Classifier, images: np.ndarray
) -> None:
    """It depends on all pixels."""
    layer = next(layer for layer in classifier.layers if layer.name == "dense")
    top = find_top_activations(classifier, layer, images, count=1)
    best = list_top_activations(classifier, layer, top, images, channel=0)[0]
    np.testing.assert_array_equal(best.patch, images[best.index])
