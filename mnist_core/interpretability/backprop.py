"""The derivative of each logit by every layer's output: the chain rule, from last to first.

An exported network can only be run forwards. Its layers are few and simple, so the way back is
short: each rule below turns the derivative by a layer's output into that by its input. Together
they are tested against numerical differences.

Networks whose layers are no plain sequence are not handled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import LayerActivation, trace_layers
from mnist_core.interpretability.layer_arithmetic import window_axes

INPUT = "image"


class GradientError(MnistError):
    """The network holds a layer through which no derivative can be taken here."""


def backpropagate(classifier: Classifier, image: np.ndarray) -> dict[str, np.ndarray]:
    """Return the derivatives of the ten logits by the image and by each layer up to the logits.

    Args:
        classifier: The network.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Returns:
        By layer name, and by "image" for the pixels in 0..1: (10, *output shape) float32, the
        first axis being the logit.

    Raises:
        GradientError: A layer is of a kind that is not known here.
        NonFiniteActivationError: The network's outputs are no numbers.
    """
    activations = trace_layers(classifier, image)
    last = [activation.layer.name for activation in activations].index("logits")
    gradient = np.eye(10, dtype=np.float32)
    gradients = {}
    for activation in reversed(activations[: last + 1]):
        gradients[activation.layer.name] = gradient
        gradient = _step_back(activation, gradient)
    return {INPUT: gradient[..., 0], **gradients}


def _step_back(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    """Return the derivative by a layer's input, given that by its output."""
    layer = activation.layer
    function = layer.settings.get("activation", "linear")
    if layer.kind not in RULES or function not in {"linear", "relu"}:
        raise GradientError(
            f"The layer “{layer.name}” ({layer.kind}, activation {function}) is of a kind "
            "through which this app cannot take derivatives. Choose another model, or look at "
            "occlusion, which works for every network."
        )
    if function == "relu":
        gradient = _through_relu(activation, gradient)
    return RULES[layer.kind](activation, gradient)


def _through_convolution(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    kernel = activation.weights[0]
    padded, offsets = _pad(activation)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    for i, j, rows, columns in offsets:
        result[:, rows, columns] += gradient @ kernel[i, j].T
    return _crop(activation, result)


def _through_normalization(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    gamma, _, _, variance = activation.weights
    return gradient * (gamma / np.sqrt(variance + activation.layer.settings["epsilon"]))


def _through_relu(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    return gradient * (activation.output > 0)


def _through_max_pooling(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    padded, offsets = _pad(activation, -np.inf)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    unclaimed = np.ones(activation.output.shape, bool)
    for _, _, rows, columns in offsets:
        # Among equals the first one counts, as in TensorFlow.
        chosen = unclaimed & (padded[rows, columns] == activation.output)
        unclaimed &= ~chosen
        result[:, rows, columns] += gradient * chosen
    return _crop(activation, result)


def _through_global_average(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    height, width, channels = activation.input.shape
    spread = gradient.reshape(len(gradient), 1, 1, channels) / np.float32(height * width)
    return np.broadcast_to(spread, (len(gradient), height, width, channels))


def _through_dense(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    return gradient @ activation.weights[0].T


def _through_reshaping(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    return gradient.reshape(len(gradient), *activation.input.shape)


RULES: dict[str, Callable[[LayerActivation, np.ndarray], np.ndarray]] = {
    "Conv2D": _through_convolution,
    "BatchNormalization": _through_normalization,
    "ReLU": _through_relu,
    "Activation": _through_reshaping,
    "MaxPooling2D": _through_max_pooling,
    "GlobalAveragePooling2D": _through_global_average,
    "Dropout": _through_reshaping,
    "Flatten": _through_reshaping,
    "Dense": _through_dense,
}


def _pad(
    activation: LayerActivation, filling: float = 0
) -> tuple[np.ndarray, Iterator[tuple[int, int, slice, slice]]]:
    """Return the padded input and, for each cell of the window, where in it that cell falls."""
    down, across = window_axes(activation.layer, activation.input.shape)
    padded = np.pad(
        activation.input,
        ((down.before, down.after), (across.before, across.after), (0, 0)),
        constant_values=filling,
    )
    offsets = (
        (i, j, down.slice(i), across.slice(j))
        for i in range(down.window)
        for j in range(across.window)
    )
    return padded, offsets


def _crop(activation: LayerActivation, padded: np.ndarray) -> np.ndarray:
    down, across = window_axes(activation.layer, activation.input.shape)
    return padded[
        :, down.before : down.before + down.size, across.before : across.before + across.size
    ]
