"""Diagnosis of overfitting and underfitting after training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mnist_core.training.trainer import EpochResult

Judgment = Literal[
    "diverged",
    "no better than chance",
    "underfitted",
    "well fitted",
    "slightly overfitted",
    "overfitted",
]

CHANCE_ACCURACY, FITTED_ACCURACY = 0.2, 0.95
SMALL_GAP, LARGE_GAP = 0.005, 0.015


@dataclass(frozen=True)
class Results:
    """Loss and accuracy of a trained network.

    The training values are computed on the first 10,000 training images without dropout and
    augmentation, so that they are comparable with those of the 10,000 test images.

    Attributes:
        train_loss: The mean cross-entropy on training images.
        train_accuracy: The accuracy on training images, 0..1.
        test_loss: The mean cross-entropy on the test split.
        test_accuracy: The accuracy on the test split, 0..1.
    """

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float

    @property
    def gap(self) -> float:
        """Training accuracy minus test accuracy."""
        return self.train_accuracy - self.test_accuracy


@dataclass(frozen=True)
class FitDiagnosis:
    """The diagnosis of a run.

    Attributes:
        judgment: How well the network fits training and test images.
        best_epoch: The epoch with the lowest validation loss; None if it is the last one, or if
            there is no validation loss.
    """

    judgment: Judgment
    best_epoch: int | None


def diagnose_fit(results: Results, history: Sequence[EpochResult]) -> FitDiagnosis:
    """Diagnose a run by its training accuracy and the gap to its test accuracy.

    Both accuracies are from 10,000 images, so gaps below about 0.2 points are chance. The
    thresholds, 0.5 and 1.5 points, are conventions of this app.

    Args:
        results: The final losses and accuracies.
        history: The results of all epochs.

    Examples:
        >>> results = Results(
        ...     train_loss=0.01, train_accuracy=0.998, test_loss=0.08, test_accuracy=0.976
        ... )
        >>> diagnose_fit(results, history=[])
        FitDiagnosis(judgment='overfitted', best_epoch=None)
    """
    losses = {r.epoch: r.validation_loss for r in history if r.validation_loss is not None}
    best = min(losses, key=losses.__getitem__, default=None)
    best_epoch = None if best == max(losses, default=None) else best
    if not math.isfinite(results.train_loss):
        return FitDiagnosis("diverged", None)
    if results.train_accuracy < CHANCE_ACCURACY:
        return FitDiagnosis("no better than chance", None)
    if results.train_accuracy < FITTED_ACCURACY:
        return FitDiagnosis("underfitted", best_epoch)
    if results.gap < SMALL_GAP:
        return FitDiagnosis("well fitted", best_epoch)
    if results.gap < LARGE_GAP:
        return FitDiagnosis("slightly overfitted", best_epoch)
    return FitDiagnosis("overfitted", best_epoch)
