"""Tests of mnist_core.training.fit_diagnosis: the diagnosis by gap and history."""

import math

import pytest

from mnist_core.training.epochs import EpochResult, Progress
from mnist_core.training.fit_diagnosis import Results, diagnose_fit, find_failure


def history(*losses: float | None) -> list[EpochResult]:
    """Return epochs with the given validation losses."""
    return [
        EpochResult(epoch, 10, 0.1, 0.9, loss, None if loss is None else 0.9, 1.0)
        for epoch, loss in enumerate(losses, start=1)
    ]


@pytest.mark.parametrize(
    ("train", "test", "judgment"),
    [
        (0.998, 0.994, "well fitted"),
        (0.990, 0.992, "well fitted"),
        (0.999, 0.991, "slightly overfitted"),
        (1.0, 0.97, "overfitted"),
        (0.80, 0.79, "underfitted"),
        (0.94, 0.80, "underfitted"),
    ],
)
def test_the_judgment_follows_from_accuracy_and_gap(
    train: float, test: float, judgment: str
) -> None:
    """Small, medium and large gaps, and networks with a low training accuracy."""
    assert diagnose_fit(Results(0.1, train, 0.1, test), history(0.2, 0.3)).judgment == judgment


@pytest.mark.parametrize(
    ("losses", "judgment"),
    [
        ([0.3, 0.2], "well fitted"),
        ([0.2, 0.3], "slightly overfitted"),
        ([0.2], "slightly overfitted"),
        ([None, None], "slightly overfitted"),
    ],
)
def test_a_medium_gap_is_harmless_while_the_validation_loss_falls(
    losses: list[float | None], judgment: str
) -> None:
    """What one epoch or no validation images cannot tell is judged by the gap alone."""
    assert diagnose_fit(Results(0.1, 0.999, 0.1, 0.991), history(*losses)).judgment == judgment


@pytest.mark.parametrize(
    ("losses", "judgment"),
    [
        ([0.3, 0.2], "large gap"),
        ([0.2, 0.3], "overfitted"),
        ([0.2], "overfitted"),
        ([None, None], "overfitted"),
    ],
)
def test_a_large_gap_is_not_overfitting_while_the_validation_loss_falls(
    losses: list[float | None], judgment: str
) -> None:
    """As with a medium gap, but it is not called well fitted either."""
    assert diagnose_fit(Results(0.1, 0.999, 0.1, 0.983), history(*losses)).judgment == judgment


def test_a_loss_of_nan_means_that_training_diverged() -> None:
    """Though the accuracy alone would mean that the network is no better than chance."""
    results = Results(math.nan, 0.098, math.nan, 0.098)
    assert diagnose_fit(results, history(math.nan, math.nan)).judgment == "diverged"


def test_a_run_that_is_stopped_in_its_first_epoch_has_just_begun() -> None:
    """Its loss is that of guessing, but the learning rate is not to blame."""
    guessing = Results(2.302, 0.11, 2.302, 0.11)
    assert diagnose_fit(guessing, []).judgment == "just begun"
    epoch = EpochResult(1, 10, 2.302, 0.11, None, None, 1.0)
    assert diagnose_fit(guessing, [epoch]).judgment == "constant"
    assert diagnose_fit(Results(math.nan, 0.1, math.nan, 0.1), []).judgment == "diverged"


@pytest.mark.parametrize(
    ("loss", "accuracies", "failure"),
    [
        (2.302, (0.11, 0.11), "constant"),
        (2.302, (0.97, 0.11), "collapsed"),
        (5.0, (0.97, 0.11), "collapsed"),
        (math.nan, (0.97, 0.11), "diverged"),
        (2.2, (0.11, 0.17), None),
    ],
)
def test_a_failure_is_explained_by_loss_and_history(
    loss: float, accuracies: tuple[float, ...], failure: str | None
) -> None:
    """The same during the training as after it; without an explanation it may still learn."""
    epochs = [
        EpochResult(epoch, 10, loss, 0.11, loss, accuracy, 1.0)
        for epoch, accuracy in enumerate(accuracies, start=1)
    ]
    assert find_failure(epochs, []) == failure
    results = Results(loss, 0.11, loss, 0.1)
    assert results.learned_nothing
    assert diagnose_fit(results, epochs).judgment == (failure or "no better than chance")


def test_a_loss_of_nan_is_noticed_within_an_epoch() -> None:
    """Before any epoch has ended; a successful training has no failure."""
    report = Progress(1, 3, 10, 400, math.nan, 0.1, seconds=1.0)
    assert find_failure([], [report]) == "diverged"
    assert find_failure([], []) is None
    assert find_failure(history(0.3), []) is None


@pytest.mark.parametrize(
    ("losses", "best_epoch"),
    [((0.3, 0.2, 0.1), None), ((0.3, 0.1, 0.2), 2), ((0.1, 0.2, 0.3), 1), ((), None),
     ((None, None), None), ((0.2,), None)],
)  # fmt: skip
def test_the_best_epoch_has_the_lowest_validation_loss(
    losses: tuple[float | None, ...], best_epoch: int | None
) -> None:
    """It is None if it is the last epoch, or without validation losses."""
    results = Results(0.1, 0.99, 0.1, 0.99)
    assert diagnose_fit(results, history(*losses)).best_epoch == best_epoch
