"""Tests of mnist_core.training.train_digit_segmenter: its examples and a short training."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference import digit_segmenter
from mnist_core.inference.segmentation import VIEW, propose_regions
from mnist_core.synthesis.digit_strings import compose_number
from mnist_core.training.train_digit_segmenter import (
    MIN_IOU,
    make_examples,
    max_iou,
    train_segmenter,
)

pytestmark = pytest.mark.slow


def test_nearly_every_digit_of_a_line_has_a_region(data: Mnist) -> None:
    """About as many regions are whole digits as were written."""
    rng = np.random.default_rng(5)
    written = matched = 0
    for _ in range(8):
        line = compose_number(data.train, rng)
        ious = max_iou(line, propose_regions(line.ink))
        assert ((ious >= 0) & (ious <= 1.001)).all()
        written += len(line.digits)
        matched += int((ious >= MIN_IOU).sum())
    assert 0.95 * written <= matched <= 3 * written


def test_examples_are_views_with_both_labels(data: Mnist) -> None:
    """Some regions are a whole digit, others are not."""
    views, is_digit = make_examples(data.train, 5, np.random.default_rng(0))
    assert views.shape == (len(is_digit), *VIEW, 2)
    assert views.dtype == is_digit.dtype == np.uint8
    assert set(is_digit) == {0, 1}


def test_a_short_training_writes_a_usable_segmenter(
    data: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss falls, and the written file prefers whole digits to other regions."""
    path = tmp_path / "segmenter.onnx"
    losses = train_segmenter(data.train, path, numbers=60, epochs=4)
    assert len(losses) == 4
    assert losses[-1] < losses[0]
    line = compose_number(data.train, np.random.default_rng(3))
    proposals = propose_regions(line.ink)
    is_digit = max_iou(line, proposals) >= MIN_IOU
    monkeypatch.setattr(digit_segmenter, "DIGIT_SEGMENTER", path)
    digit_segmenter._load_network.cache_clear()
    try:
        probabilities = digit_segmenter.digit_probabilities(proposals)
    finally:
        digit_segmenter._load_network.cache_clear()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert probabilities[is_digit].mean() > probabilities[~is_digit].mean()
