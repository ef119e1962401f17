"""The smallest erasure, against trying everything."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability.minimal_occlusion import find_minimal_occlusion


class Corner:
    """A network with one idea."""

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Read 1 while the pixel at (5, 9) is inked, else 7."""
        inked = images[:, 5, 9] > 0
        answers = np.where(inked, 1, 7)
        return np.eye(10, dtype=np.float32)[answers]


def test_one_pixel_suffices_where_one_decides() -> None:
    """It is the very pixel."""
    image = np.zeros((28, 28), np.float32)
    image[3:20, 9] = 1
    erasure = find_minimal_occlusion(Corner(), image)
    assert (erasure.top, erasure.left, erasure.side, erasure.inked) == (5, 9, 1, 1)
    assert erasure.answer == 7
    assert erasure.image.sum() == image.sum() - 1


def test_no_smaller_square_would_do(data: Mnist) -> None:
    """All squares of one size less are tried one by one, on a real network."""
    classifier = Classifier.load(PRETRAINED / "compact.onnx")
    image = data.test.images[3]
    before = classifier.probabilities(image[None])[0].argmax()
    erasure = find_minimal_occlusion(classifier, image)
    assert erasure is not None and erasure.side > 1
    kept = image.astype(np.float32) / 255
    kept[erasure.top : erasure.top + erasure.side, erasure.left : erasure.left + erasure.side] = 0
    assert np.array_equal(erasure.image, kept)
    assert classifier.probabilities(kept[None])[0].argmax() == erasure.answer != before
    side = erasure.side - 1
    smaller = []
    for top in range(29 - side):
        for left in range(29 - side):
            picture = image.copy()
            picture[top : top + side, left : left + side] = 0
            smaller.append(picture)
    assert (classifier.probabilities(np.array(smaller)).argmax(axis=1) == before).all()


@pytest.mark.parametrize("image", [np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)])
def test_where_none_changes_the_answer_there_is_none(image: np.ndarray) -> None:
    """A blank image has nothing to erase; of an even one, too little."""

    class Same:
        def probabilities(self, images: np.ndarray) -> np.ndarray:
            return np.tile(np.eye(10, dtype=np.float32)[3], (len(images), 1))

    assert find_minimal_occlusion(Same(), image, largest=3) is None
