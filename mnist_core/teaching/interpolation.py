"""Interpolation between the weights of a network before and after it was taught.

The weights on the straight line between the two keep most of what was taught and forget less
(Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.training.keras_evaluation import measure_performance

if TYPE_CHECKING:
    import keras

FRACTIONS = (1.0, 0.75, 0.5)  # of the way from the base, tried in this order
MAX_LOSS = 0.0005  # of the accuracy on held-out MNIST images


def limit_forgetting(model: keras.Model, base: Sequence[np.ndarray], held_out: Split) -> None:
    """Go back towards the base until at most `MAX_LOSS` of MNIST's accuracy is lost, or half-way.

    Args:
        model: The taught network, whose weights are replaced.
        base: The weights that the teaching started from, in Keras's order.
        held_out: MNIST images that are not taught or rehearsed; where there are none, nothing
            changes.
    """
    taught = model.get_weights()
    model.set_weights(base)
    before = measure_performance(model, held_out)
    for fraction in FRACTIONS:
        model.set_weights(
            [start + fraction * (end - start) for start, end in zip(base, taught, strict=True)]
        )
        after = measure_performance(model, held_out)
        if before is None or after is None or after.accuracy >= before.accuracy - MAX_LOSS:
            return
