"""Tests of mnist_core.training.train_digit_segmenter: its examples and a short training."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.digit_confidence import ConfidenceWeights
from mnist_core.inference.digit_segmenter import classify_regions
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.segmentation import VIEW, propose_regions
from mnist_core.synthesis.handwriting import write_digit
from mnist_core.training.region_labels import NOT_ONE_DIGIT, label_regions
from mnist_core.training.train_digit_segmenter import (
    MAX_NEGATIVES,
    compose,
    compose_examples,
    make_examples,
    train_segmenter,
)

pytestmark = pytest.mark.slow


def test_examples_are_views_with_all_labels(data: Mnist) -> None:
    """Some regions are a digit, and not too many are not."""
    views, labels = make_examples(data.train, 40, np.random.default_rng(0))
    assert views.shape == (len(labels), *VIEW, 2)
    assert views.dtype == labels.dtype == np.uint8
    assert set(labels.tolist()) == set(range(NOT_ONE_DIGIT + 1))
    assert (labels == NOT_ONE_DIGIT).mean() <= MAX_NEGATIVES / (MAX_NEGATIVES + 1) + 0.05


def test_examples_do_not_depend_on_the_number_of_cores(data: Mnist) -> None:
    """Each process has its own generator, seeded by its place."""
    views, _ = compose_examples(data.train, 6)
    expected, _ = make_examples(data.train, 6, np.random.default_rng((0, 0)))
    np.testing.assert_array_equal(views, expected)


def test_a_short_training_writes_a_usable_segmenter(data: Mnist, tmp_path: Path) -> None:
    """The loss falls, and the written file prefers whole digits to other regions."""
    path = tmp_path / "segmenter.onnx"
    losses = train_segmenter(
        data.train, data.train, path, numbers=60, validation_numbers=6, epochs=4
    )
    assert len(losses) == 4
    assert losses[-1] < losses[0]
    segmenter = OnnxModel(path)
    # A file that does not come with the app is read without values of this kind.
    stored = {item.key: json.loads(item.value) for item in onnx.load(path).metadata_props}
    assert 0 <= ConfidenceWeights.from_metadata(stored).min_confidence <= 1
    number = compose(data.train, 1, write_digit, np.random.default_rng(3))
    proposals = propose_regions(number.ink)
    is_digit = label_regions(number, proposals.factor, proposals.regions) != NOT_ONE_DIGIT
    probabilities = classify_regions(segmenter, proposals)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    certain = 1 - probabilities[:, NOT_ONE_DIGIT]
    assert certain[is_digit].mean() > certain[~is_digit].mean()
