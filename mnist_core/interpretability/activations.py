"""One image on its way through a network, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier, Layer, as_float


class PassageError(MnistError):
    """What a network computes cannot be followed."""


@dataclass(frozen=True, eq=False)
class Passage:
    """One image in one layer.

    weights: the layer's variables, in the order of `Layer.weights`. received and output: what
    came in and what went out, float32 without the batch axis, channels last.
    """

    layer: Layer
    weights: tuple[np.ndarray, ...]
    received: np.ndarray
    output: np.ndarray


def follow(classifier: Classifier, image: np.ndarray) -> list[Passage]:
    """Return an image's passage through each layer of a network, in order.

    Args:
        classifier: A network whose layers are a plain sequence.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Raises:
        PassageError: The outputs are no numbers, as after a training that diverged.
    """
    outputs = classifier.activations(image)
    if not all(np.isfinite(output).all() for output in outputs.values()):
        raise PassageError(
            "This network’s layers give values that are no numbers, as after a training that "
            "diverged, so that there is nothing to see in it. Choose another model or epoch."
        )
    received = as_float(image)[..., np.newaxis]
    passages = []
    for layer in classifier.layers:
        weights = tuple(classifier.weights[name] for name in layer.weights)
        passages.append(Passage(layer, weights, received, outputs[layer.name]))
        received = outputs[layer.name]
    return passages
