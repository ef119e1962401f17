"""The activations of one image, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float


class NonFiniteActivationError(MnistError):
    """A network outputs NaN or infinite values."""


@dataclass(frozen=True, eq=False)
class LayerActivation:
    """The input and output of one layer for one image.

    Attributes:
        layer: The layer.
        weights: The layer's variables, in the order of `Layer.weights`.
        input: The layer's input, float32 without the batch axis, channels last.
        output: The layer's output, float32 without the batch axis, channels last.
    """

    layer: Layer
    weights: tuple[np.ndarray, ...]
    input: np.ndarray
    output: np.ndarray


def trace_layers(classifier: Classifier, image: np.ndarray) -> list[LayerActivation]:
    """Return the activations of an image in each layer of a network, in order.

    Args:
        classifier: A network whose layers form a plain sequence.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Raises:
        NonFiniteActivationError: An output is NaN or infinite.

    Examples:
        >>> from mnist_core import load_mnist
        >>> activations = trace_layers(Classifier.load(), load_mnist().test.images[0])
        >>> activations[0].input.shape
        (28, 28, 1)
        >>> activations[-1].layer.name, int(activations[-1].output.argmax())
        ('probabilities', 7)
    """
    outputs = classifier.activations(image)
    if not all(np.isfinite(output).all() for output in outputs.values()):
        raise NonFiniteActivationError(
            message(
                "This model outputs NaN, probably because its training diverged, so its layers "
                "cannot be shown. Choose another model or epoch."
            )
        )
    layer_input = as_float(image)[..., np.newaxis]
    activations = []
    for layer in classifier.layers:
        weights = tuple(classifier.weights[name] for name in layer.weights)
        activations.append(LayerActivation(layer, weights, layer_input, outputs[layer.name]))
        layer_input = outputs[layer.name]
    return activations
