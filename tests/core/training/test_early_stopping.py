"""Tests of mnist_core.training.early_stopping: when a run ends, and with which weights."""

import math

import numpy as np
import pytest

from mnist_core.training.early_stopping import EarlyStopping
from mnist_core.training.epochs import EpochResult
from mnist_core.training.trainer import train
from tests.small import configure, load_few


class Model:
    """What early stopping uses of a Keras model."""

    def __init__(self) -> None:
        self.weights = [np.zeros(1)]

    def get_weights(self):
        """Return the weights."""
        return list(self.weights)

    def set_weights(self, weights) -> None:
        """Replace the weights."""
        self.weights = weights


@pytest.mark.parametrize(
    ("patience", "losses", "ends_after", "best"),
    [
        (1, [3, 2, 2.5, 1], 3, 2),
        (2, [3, 2, 2.5, 1, 1.5, 1.5], 6, 4),
        (2, [3, math.nan, math.inf], 3, 1),
        (3, [3, 2, 1], None, 3),
        (1, [2, 2], 2, 1),
    ],
)
def test_a_run_ends_after_its_patience(patience, losses, ends_after, best) -> None:
    """An equal loss is no improvement, nor is NaN; the weights of the best epoch come back."""
    model, stopping = Model(), EarlyStopping(patience)
    ended = None
    for epoch, loss in enumerate(losses, start=1):
        model.weights = [np.full(1, epoch)]
        stopping.update(loss, model)
        if stopping.is_due:
            ended = epoch
            break
    stopping.restore(model)
    assert (ended, model.weights[0][0]) == (ends_after, best)


@pytest.mark.parametrize(
    ("losses", "kept", "is_due", "restored"),
    [
        ([3, 1, 2], {2}, False, 2),
        ([3, 1, 2, 2], {2}, True, 2),
        ([3, 1, math.nan], {2}, False, 2),
        ([3, 1, 2], set(), False, 0),
        ([None, None], {1}, True, 0),
        ([], set(), False, 0),
    ],
)
def test_a_resumed_run_knows_the_epochs_before(losses, kept, is_due, restored) -> None:
    """Its patience and its best weights, if they were kept."""
    history = [EpochResult(n, 1, 0.0, 0.0, loss, 0.0, 0.0) for n, loss in enumerate(losses, 1)]
    model, stopping = Model(), EarlyStopping(2)
    stopping.resume(history, lambda epoch: [np.full(1, epoch)] if epoch in kept else None)
    assert stopping.is_due == is_due
    stopping.restore(model)
    assert model.weights[0][0] == restored


def test_without_an_epoch_nothing_is_restored() -> None:
    """The model keeps its weights."""
    model = Model()
    EarlyStopping(1).restore(model)
    assert model.weights[0][0] == 0


@pytest.mark.slow
def test_a_run_with_a_rising_loss_ends_early() -> None:
    """With so high a learning rate the loss is soon at its lowest; that epoch's weights stay."""
    saved = {}

    def keep(result, model) -> None:
        saved[result.epoch] = model.get_weights()

    config = configure(
        epochs=30, patience=1, learning_rate=3.0, schedule="constant", optimizer="adam",
        validation_fraction=0.2,
    )  # fmt: skip
    result = train(config, load_few(), on_epoch=keep)
    losses = [each.validation_loss or 0.0 for each in result.history]
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + 1 < 30
    assert not result.stopped
    for kept, expected in zip(result.model.get_weights(), saved[best], strict=True):
        np.testing.assert_array_equal(kept, expected)
