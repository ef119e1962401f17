"""What a finished training says about overfitting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mnist_core.training.trainer import EpochResult

Judgement = Literal[
    "diverged",
    "no better than chance",
    "underfitted",
    "well fitted",
    "slightly overfitted",
    "overfitted",
]

GUESSED, LEARNT = 0.2, 0.95
SMALL_GAP, LARGE_GAP = 0.005, 0.015


@dataclass(frozen=True)
class Results:
    """How the trained network reads digits: cross-entropy, and accuracy in 0..1.

    Test figures are those of the whole test split. Training figures are those of the first
    10,000 training images, read without dropout or augmentation, so that both are comparable.
    """

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float

    @property
    def gap(self) -> float:
        """By how much the network reads images it has learnt from better than new ones."""
        return self.train_accuracy - self.test_accuracy


@dataclass(frozen=True)
class FitDiagnosis:
    """How well the network does on digits that it has not seen.

    best_epoch: the epoch with the lowest validation loss, where that was not the last one.
    """

    judgement: Judgement
    best_epoch: int | None


def diagnose_fit(results: Results, history: Sequence[EpochResult]) -> FitDiagnosis:
    """Judge a run by the gap between its training and its test accuracy.

    Both accuracies are from 10,000 images, so that gaps below about 0.2 points are chance; the
    edges, 0.5 and 1.5 points, are conventions of this app.
    """
    losses = {r.epoch: r.validation_loss for r in history if r.validation_loss is not None}
    best = min(losses, key=losses.__getitem__, default=None)
    best_epoch = None if best == max(losses, default=None) else best
    if not math.isfinite(results.train_loss):
        return FitDiagnosis("diverged", None)
    if results.train_accuracy < GUESSED:
        return FitDiagnosis("no better than chance", None)
    if results.train_accuracy < LEARNT:
        return FitDiagnosis("underfitted", best_epoch)
    if results.gap < SMALL_GAP:
        return FitDiagnosis("well fitted", best_epoch)
    if results.gap < LARGE_GAP:
        return FitDiagnosis("slightly overfitted", best_epoch)
    return FitDiagnosis("overfitted", best_epoch)
