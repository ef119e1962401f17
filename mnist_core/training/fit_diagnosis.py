"""Diagnosis of a training: overfitted, underfitted, or without any success."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mnist_core.training.early_stopping import find_best_epoch
from mnist_core.training.epochs import EpochResult, Progress

Failure = Literal["diverged", "collapsed", "constant"]
Judgment = Literal[
    "diverged",
    "collapsed",
    "constant",
    "no better than chance",
    "just begun",
    "underfitted",
    "well fitted",
    "slightly overfitted",
    "large gap",
    "overfitted",
]

CHANCE_ACCURACY, LEARNED_ACCURACY, FITTED_ACCURACY = 0.2, 0.3, 0.95
GUESSING_LOSS = math.log(10)
CONSTANT_LOSS = GUESSING_LOSS - 0.02  # lower only if the probabilities depend on the image
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

    @property
    def learned_nothing(self) -> bool:
        """Whether the network is about as good as guessing, or its loss is NaN."""
        return not math.isfinite(self.train_loss) or self.train_accuracy < CHANCE_ACCURACY


@dataclass(frozen=True)
class FitDiagnosis:
    """The diagnosis of a run.

    Attributes:
        judgment: How well the network fits training and test images.
        best_epoch: The epoch with the lowest validation loss; None if it is the last one, if
            there is no validation loss, or if the network learned nothing.
    """

    judgment: Judgment
    best_epoch: int | None


def diagnose_fit(results: Results, history: Sequence[EpochResult]) -> FitDiagnosis:
    """Diagnose a run by its training accuracy and the gap to its test accuracy.

    Both accuracies are from 10,000 images, so gaps below about 0.2 points are chance. The
    thresholds, 0.5 and 1.5 points, are conventions of this app. While the validation loss still
    falls, a gap between them is not overfitting, and a larger one is only a large gap.

    Args:
        results: The final losses and accuracies.
        history: The results of all complete epochs; none if the run was stopped in its first.

    Examples:
        >>> results = Results(
        ...     train_loss=0.01, train_accuracy=0.998, test_loss=0.08, test_accuracy=0.976
        ... )
        >>> diagnose_fit(results, history=[])
        FitDiagnosis(judgment='overfitted', best_epoch=None)
    """
    best = find_best_epoch(history)
    best_epoch = None if not history or best == history[-1].epoch else best
    if results.learned_nothing:
        if not history and math.isfinite(results.train_loss):
            return FitDiagnosis("just begun", None)
        failure = _explain_failure(results.train_loss, history)
        return FitDiagnosis(failure or "no better than chance", None)
    if results.train_accuracy < FITTED_ACCURACY:
        return FitDiagnosis("underfitted", best_epoch)
    if results.gap < SMALL_GAP:
        return FitDiagnosis("well fitted", best_epoch)
    is_large = results.gap >= LARGE_GAP
    if _still_improves(history):
        return FitDiagnosis("large gap" if is_large else "well fitted", best_epoch)
    return FitDiagnosis("overfitted" if is_large else "slightly overfitted", best_epoch)


def find_failure(history: Sequence[EpochResult], batches: Sequence[Progress]) -> Failure | None:
    """Return why a training that still runs is without success, or None.

    Args:
        history: The results of the completed epochs.
        batches: The progress reports.

    Returns:
        "diverged" if the loss is NaN. If the network is about as good as guessing after the last
        epoch: "collapsed" if it was better in an earlier one, and "constant" if it gives every
        image nearly the same probabilities.

    Examples:
        >>> guessing = EpochResult(1, 100, 2.31, 0.11, 2.303, 0.11, seconds=1.0)
        >>> find_failure([guessing], batches=[])
        'constant'
    """
    if batches and not math.isfinite(batches[-1].loss):
        return "diverged"
    if not history or _last_accuracy(history[-1]) >= CHANCE_ACCURACY:
        return None
    last = history[-1]
    return _explain_failure(
        last.loss if last.validation_loss is None else last.validation_loss, history
    )


def _explain_failure(loss: float, history: Sequence[EpochResult]) -> Failure | None:
    """Explain why a network is about as good as guessing, by its loss and its epochs."""
    if not math.isfinite(loss):
        return "diverged"
    if any(max(r.accuracy, _last_accuracy(r)) >= LEARNED_ACCURACY for r in history):
        return "collapsed"
    return "constant" if loss > CONSTANT_LOSS else None


def _still_improves(history: Sequence[EpochResult]) -> bool:
    """Return whether the validation loss is the lowest after the last of several epochs."""
    if len(history) < 2 or history[-1].validation_loss is None:
        return False
    return find_best_epoch(history) == history[-1].epoch


def _last_accuracy(result: EpochResult) -> float:
    """Return the accuracy at the end of an epoch, or during it without validation images."""
    return result.accuracy if result.validation_accuracy is None else result.validation_accuracy
