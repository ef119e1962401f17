"""Tests of mnist_core.interpretability.minimal_occlusion, compared with exhaustive search."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability.minimal_occlusion import find_minimal_occlusion


class OnePixelNetwork(Classifier):
    """A network whose prediction depends on one pixel."""

    def __init__(self) -> None:
        pass

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return probability 1 for the digit 1 if the pixel at (5, 9) has ink, else for 7."""
        predictions = np.where(images[:, 5, 9] > 0, 1, 7)
        return np.eye(10, dtype=np.float32)[predictions]


def test_the_pixel_that_decides_is_found() -> None:
    """A square of one pixel."""
    image = np.zeros((28, 28), np.float32)
    image[3:20, 9] = 1
    occlusion = find_minimal_occlusion(OnePixelNetwork(), image)
    assert (occlusion.top, occlusion.left, occlusion.side, occlusion.inked) == (5, 9, 1, 1)
    assert occlusion.predicted == 7
    assert occlusion.image.sum() == image.sum() - 1


def test_no_smaller_square_changes_the_prediction(data: Mnist) -> None:
    """All squares with a side one pixel shorter are tried on a trained network."""
    classifier = Classifier.load(PRETRAINED / "compact.onnx")
    image = data.test.images[3]
    before = classifier.probabilities(image[None])[0].argmax()
    occlusion = find_minimal_occlusion(classifier, image)
    assert occlusion is not None and occlusion.side > 1
    expected = image.astype(np.float32) / 255
    rows = slice(occlusion.top, occlusion.top + occlusion.side)
    columns = slice(occlusion.left, occlusion.left + occlusion.side)
    expected[rows, columns] = 0
    assert np.array_equal(occlusion.image, expected)
    assert classifier.probabilities(expected[None])[0].argmax() == occlusion.predicted != before
    side = occlusion.side - 1
    smaller = []
    for top in range(29 - side):
        for left in range(29 - side):
            occluded = image.copy()
            occluded[top : top + side, left : left + side] = 0
            smaller.append(occluded)
    assert (classifier.probabilities(np.array(smaller)).argmax(axis=1) == before).all()


@pytest.mark.parametrize("image", [np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)])
def test_none_is_returned_if_no_square_changes_the_prediction(image: np.ndarray) -> None:
    """For a blank and a white image, and a network that always predicts 3."""

    class ConstantNetwork(Classifier):
        def __init__(self) -> None:
            pass

        def probabilities(self, images: np.ndarray) -> np.ndarray:
            return np.tile(np.eye(10, dtype=np.float32)[3], (len(images), 1))

    assert find_minimal_occlusion(ConstantNetwork(), image, largest=3) is None
