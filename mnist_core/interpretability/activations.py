"""One image on its way through a network, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.preprocessing.scaling import as_float


class NonFiniteActivationError(MnistError):
    """What a network computes cannot be followed."""


@dataclass(frozen=True, eq=False)
class LayerActivation:
    """One image in one layer.

    weights: the layer's variables, in the order of `Layer.weights`. input and output: what
    came in and what went out, float32 without the batch axis, channels last.
    """

    layer: Layer
    weights: tuple[np.ndarray, ...]
    input: np.ndarray
    output: np.ndarray


def trace_layers(classifier: Classifier, image: np.ndarray) -> list[LayerActivation]:
    """Return an image's activation through each layer of a network, in order.

    Args:
        classifier: A network whose layers are a plain sequence.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Raises:
        NonFiniteActivationError: The outputs are no numbers, as after a training that diverged.
    """
    outputs = classifier.activations(image)
    if not all(np.isfinite(output).all() for output in outputs.values()):
        raise NonFiniteActivationError(
            "This network’s layers give values that are no numbers, as after a training that "
            "diverged, so that there is nothing to see in it. Choose another model or epoch."
        )
    incoming = as_float(image)[..., np.newaxis]
    activations = []
    for layer in classifier.layers:
        weights = tuple(classifier.weights[name] for name in layer.weights)
        activations.append(LayerActivation(layer, weights, incoming, outputs[layer.name]))
        incoming = outputs[layer.name]
    return activations
