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
