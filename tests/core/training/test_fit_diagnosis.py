"""Tests of mnist_core.training.fit_diagnosis: what gap and history say about overfitting."""

import math

import pytest

from mnist_core.training.fit_diagnosis import Results, diagnose_fit
from mnist_core.training.trainer import EpochResult


def history(*losses):
    """Return epochs with the given validation losses."""
    return [
        EpochResult(epoch, 10, 0.1, 0.9, loss, None if loss is None else 0.9, 1.0)
        for epoch, loss in enumerate(losses, start=1)
    ]


@pytest.mark.parametrize(
    ("train", "test", "judgement"),
    [
        (0.998, 0.994, "well fitted"),
        (0.990, 0.992, "well fitted"),
        (0.999, 0.991, "slightly overfitted"),
        (1.0, 0.97, "overfitted"),
        (0.80, 0.79, "underfitted"),
        (0.11, 0.10, "no better than chance"),
        (0.94, 0.80, "underfitted"),
    ],
)
def test_the_gap_decides(train, test, judgement):
    """Small, middling and large gaps, and a network that has not learnt its own images."""
    assert diagnose_fit(Results(0.1, train, 0.1, test), history(0.3, 0.2)).judgement == judgement


def test_a_loss_that_is_no_number_has_diverged():
    """A learning rate that was too high is told from too little training."""
    results = Results(math.nan, 0.098, math.nan, 0.098)
    assert diagnose_fit(results, history(math.nan, math.nan)).judgement == "diverged"


@pytest.mark.parametrize(
    ("losses", "best_epoch"),
    [((0.3, 0.2, 0.1), None), ((0.3, 0.1, 0.2), 2), ((0.1, 0.2, 0.3), 1), ((), None),
     ((None, None), None), ((0.2,), None)],
)  # fmt: skip
def test_the_turning_point_is_the_lowest_validation_loss(losses, best_epoch):
    """It is named only where later epochs did worse."""
    results = Results(0.1, 0.99, 0.1, 0.99)
    assert diagnose_fit(results, history(*losses)).best_epoch == best_epoch
