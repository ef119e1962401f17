"""Early stopping: end a run when the validation loss no longer falls, with the best weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
    import numpy as np

    from mnist_core.training.keras_evaluation import Performance


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

    def update(self, validated: Performance | None, model: keras.Model) -> bool:
        """Take the loss after an epoch into account; return whether the run should end.

        A loss that is missing, NaN or infinite is no improvement.
        """
        loss = math.inf if validated is None else validated.loss
        if loss < self._best_loss:
            self._best_loss, self._best_weights = loss, model.get_weights()
            self._waited = 0
        else:
            self._waited += 1
        return self._waited >= self._patience

    def restore(self, model: keras.Model) -> None:
        """Give a model the best weights, if there are any."""
        if self._best_weights is not None:
            model.set_weights(self._best_weights)
