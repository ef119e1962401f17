"""Tests of mnist_core.preprocessing.tutorial_steps: the steps from bytes to a batch."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.tutorial_steps import list_steps

NINE = 53238


def test_shapes_types_and_ranges(data: Mnist) -> None:
    """Those of the introductory Keras tutorial."""
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


def test_only_scaling_changes_the_values(data: Mnist) -> None:
    """The other steps change type and shape."""
    raw = data.train.images[NINE]
    arrays = [step.array for step in list_steps(raw, None)]
    assert len(arrays) == 5
    for array, factor in zip(arrays, (1, 1, 255, 255, 255), strict=True):
        assert array.ravel() * factor == pytest.approx(raw.ravel().astype(float), abs=1e-4)


def test_the_last_step_is_the_networks_input(data: Mnist) -> None:
    """It gives the same probabilities as the stored bytes."""
    raw = data.train.images[NINE]
    batch = list_steps(raw, 9)[4].array
    classifier = Classifier.load()
    expected = classifier.probabilities(raw[np.newaxis])
    assert np.array_equal(classifier.probabilities(batch[..., 0]), expected)
