"""Loss and accuracy of a Keras model, before, during and after its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.preprocessing.scaling import as_float

if TYPE_CHECKING:
    import keras

BATCH = 1000
MIN_PROBABILITY = 1e-7


@dataclass(frozen=True)
class Performance:
    """Loss and accuracy on some images.

    Attributes:
        loss: Mean cross-entropy.
        accuracy: In 0..1.
    """

    loss: float
    accuracy: float


def predict(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return a network's probabilities for images (n, 28, 28) uint8, as (n, 10) float32."""
    return np.concatenate(
        [
            model(as_float(images[start : start + BATCH, ..., None]))
            for start in range(0, len(images), BATCH)
        ]
    )


def measure_performance(model: keras.Model, split: Split) -> Performance | None:
    """Return the loss and accuracy on a split; None for an empty one."""
    if not len(split.labels):
        return None
    probabilities = predict(model, split.images)
    of_label = probabilities[np.arange(len(split.labels)), split.labels]
    loss = -np.log(np.maximum(of_label, MIN_PROBABILITY)).mean()
    return Performance(float(loss), float((probabilities.argmax(axis=1) == split.labels).mean()))
