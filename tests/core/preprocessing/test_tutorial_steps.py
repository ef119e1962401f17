"""The tutorial's preparation, step by step."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.tutorial_steps import list_steps

NINE = 53238


def test_shapes_types_and_ranges(data: Mnist) -> None:
    """As the tutorial's text gives them."""
    steps = list_steps(data.train.images[NINE], 9)
    assert [(step.array.shape, step.array.dtype.name) for step in steps] == [
        ((28, 28), "uint8"),
        ((28, 28), "float32"),
        ((28, 28), "float32"),
        ((28, 28, 1), "float32"),
        ((1, 28, 28, 1), "float32"),
        ((10,), "float32"),
    ]
    assert [step.array.max() for step in steps] == [255, 255, 1, 1, 1, 1]
    assert steps[-1].array.tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_no_number_changes_but_by_scaling(data: Mnist) -> None:
    """The other steps move the same values."""
    raw = data.train.images[NINE]
    arrays = [step.array for step in list_steps(raw, None)]
    assert len(arrays) == 5
    for array, factor in zip(arrays, (1, 1, 255, 255, 255), strict=True):
        assert array.ravel() * factor == pytest.approx(raw.ravel().astype(float), abs=1e-4)


def test_the_network_receives_the_last_step(data: Mnist) -> None:
    """What was prepared so gets the answer that the stored bytes get."""
    raw = data.train.images[NINE]
    batch = list_steps(raw, 9)[4].array
    classifier = Classifier.load()
    expected = classifier.probabilities(raw[np.newaxis])
    assert np.array_equal(classifier.probabilities(batch[..., 0]), expected)
