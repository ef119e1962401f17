"""Tests of mnist_core.teaching.interpolation."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Split
from mnist_core.teaching.interpolation import limit_forgetting

pytestmark = pytest.mark.slow

BRIGHT = Split(np.full((10, 28, 28), 255, np.uint8), np.zeros(10, np.uint8))


class Line:
    """A network with one weight, which classifies as 0 while the weight is at most a limit."""

    def __init__(self, weight: float, limit: float) -> None:
        self.weights, self.limit = [np.array([weight])], limit

    def get_weights(self) -> list[np.ndarray]:
        """Return the weight."""
        return self.weights

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Replace the weight."""
        self.weights = weights

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities."""
        return np.eye(10, dtype=np.float32)[[int(self.weights[0][0] > self.limit)] * len(images)]


class Counting:
    """A network that classifies the first images correctly, and fewer of them once it is taught.

    Its one weight is 0 before and 1 after the teaching.
    """

    def __init__(self, correct: int, lost: int) -> None:
        self.weights, self.correct, self.lost = [np.array([1.0])], correct, lost

    def get_weights(self) -> list[np.ndarray]:
        """Return the weight."""
        return self.weights

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Replace the weight."""
        self.weights = weights

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities. The two pixels of an image are its number."""
        numbers = np.rint(images.reshape(-1, 2) * 255) @ [256, 1]
        correct = self.correct - self.lost * (self.weights[0][0] == 1)
        return np.eye(10, dtype=np.float32)[(numbers >= correct).astype(int)]


@pytest.mark.parametrize(("limit", "expected"), [(4.0, 4.0), (3.2, 3.0), (2.5, 2.0), (1.0, 2.0)])
def test_it_goes_back_until_mnist_is_classified(limit: float, expected: float) -> None:
    """Not at all where nothing is forgotten, and half-way at most."""
    line = Line(4.0, limit)
    limit_forgetting(line, [np.array([0.0])], BRIGHT)
    assert line.get_weights()[0].tolist() == [expected]


def test_without_held_out_images_nothing_changes() -> None:
    """A data set may be too small to hold any out."""
    line = Line(4.0, 0.0)
    limit_forgetting(line, [np.array([0.0])], Split(BRIGHT.images[:0], BRIGHT.labels[:0]))
    assert line.get_weights()[0].tolist() == [4.0]


@pytest.mark.parametrize(("lost", "expected"), [(0, 1.0), (1, 1.0), (2, 0.75)])
def test_one_of_2000_images_may_be_lost_at_any_accuracy(lost: int, expected: float) -> None:
    """However many are classified correctly before."""
    numbers = np.arange(2000, dtype=">u2").view(np.uint8).reshape(-1, 1, 2)
    held_out = Split(numbers, np.zeros(2000, np.uint8))
    for correct in range(lost, 2001):
        network = Counting(correct, lost)
        limit_forgetting(network, [np.array([0.0])], held_out)
        assert network.get_weights()[0].tolist() == [expected], correct
