"""Early stopping: end a run when the validation loss no longer falls, with the best weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
    import numpy as np

    from mnist_core.training.epochs import EpochResult


def find_best_epoch(history: Sequence[EpochResult]) -> int | None:
    """Return the first epoch with the lowest validation loss; None without a finite one."""
    losses = {
        each.epoch: each.validation_loss
        for each in history
        if each.validation_loss is not None and math.isfinite(each.validation_loss)
    }
    return min(losses, key=losses.__getitem__, default=None)


class EarlyStopping:
    """The best weights of a run so far, by the loss on the validation images.

    Prechelt, "Early stopping – but when?", 1998.

    Args:
        patience: After how many epochs without a lower loss the run ends.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._best_loss = math.inf
        self._best_weights: list[np.ndarray] | None = None
        self._waited = 0

    @property
    def is_due(self) -> bool:
        """Whether the run should end."""
        return self._waited >= self._patience

    def update(self, loss: float | None, model: keras.Model) -> None:
        """Take the validation loss after an epoch into account.

        A loss that is missing, NaN or infinite is not an improvement.
        """
        if self._improves(loss):
            self._best_weights = model.get_weights()

    def resume(
        self,
        history: Sequence[EpochResult],
        load_weights: Callable[[int], list[np.ndarray] | None],
    ) -> None:
        """Take the epochs before a run is resumed into account.

        Args:
            history: Their results, in order.
            load_weights: Returns the weights after an epoch; None if they were not kept. Then a
                later epoch has the best weights.
        """
        for result in history:
            self._improves(result.validation_loss)
        best = find_best_epoch(history)
        self._best_weights = None if best is None else load_weights(best)
        if self._best_weights is None:
            self._best_loss = math.inf

    def restore(self, model: keras.Model) -> None:
        """Give a model the best weights, if there are any."""
        if self._best_weights is not None:
            model.set_weights(self._best_weights)

    def _improves(self, loss: float | None) -> bool:
        if loss is not None and loss < self._best_loss:
            self._best_loss, self._waited = loss, 0
            return True
        self._waited += 1
        return False
