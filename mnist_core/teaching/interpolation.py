"""Interpolation between the weights of a network before and after it was taught.

The weights on the straight line between the two keep most of what was taught and forget less
(Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.training.keras_evaluation import predict

if TYPE_CHECKING:
    import keras

FRACTIONS = (1.0, 0.75, 0.5)  # of the way from the base, tried in this order
IMAGES_PER_LOSS = 2_000  # held-out MNIST images for each one that may be lost


def limit_forgetting(model: keras.Model, base: Sequence[np.ndarray], held_out: Split) -> None:
    """Go back towards the base until hardly any MNIST image is lost, or half-way.

    The number of images that are classified correctly may fall by one for each `IMAGES_PER_LOSS`.

    Args:
        model: The taught network, whose weights are replaced.
        base: The weights that the teaching started from, in Keras's order.
        held_out: MNIST images that are not taught or rehearsed; where there are none, nothing
            changes.
    """
    if not len(held_out.labels):
        return
    taught = model.get_weights()
    model.set_weights(base)
    before = _count_correct(model, held_out)
    for fraction in FRACTIONS:
        model.set_weights(
            [start + fraction * (end - start) for start, end in zip(base, taught, strict=True)]
        )
        lost = before - _count_correct(model, held_out)
        if lost * IMAGES_PER_LOSS <= len(held_out.labels):
            return


def _count_correct(model: keras.Model, split: Split) -> int:
    return int((predict(model, split.images).argmax(axis=1) == split.labels).sum())
