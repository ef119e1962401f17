"""Tests of mnist_core.training.train_ood: a short training writes a usable detector."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.inference.ood import OodDetector
from mnist_core.training.train_ood import train_detector

pytestmark = pytest.mark.slow


def test_a_short_training_writes_a_usable_detector(data: Mnist, tmp_path: Path) -> None:
    """The loss falls, the threshold is a probability, and the written file gives the same one."""
    train = data.train
    training = Split(train.images[:600], train.labels[:600])
    validation = Split(train.images[-200:], train.labels[-200:])
    path = tmp_path / "detector.onnx"
    trained = train_detector(training, validation, path, non_digits=300, multi_digits=100, epochs=3)
    assert len(trained.losses) == 3
    assert trained.losses[-1] < trained.losses[0]
    detector = OodDetector.load(path)
    assert detector.threshold == pytest.approx(trained.threshold)
    assert 0 < detector.threshold < 1
    digits = detector.probabilities(validation.images)[:, 0]
    assert (digits >= detector.threshold - 1e-5).mean() >= 0.99
    np.testing.assert_allclose(detector.probabilities(validation.images).sum(axis=1), 1, atol=1e-5)
