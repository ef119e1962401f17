"""Backpropagation: the gradient of each logit with respect to every layer's output.

ONNX Runtime only runs a network forward. The networks have few kinds of layers, so the backward
pass is short: each rule below computes the gradient with respect to a layer's input from that with
respect to its output. Tests compare them with numerical differences and with TensorFlow.

Only networks whose layers form a plain sequence are supported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.inference.activation_functions import ACTIVATION_FUNCTIONS, find_activation
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import LayerActivation, trace_layers
from mnist_core.interpretability.receptive_fields import window_axes
from mnist_core.messages import message

INPUT = "image"


class GradientError(MnistError):
    """The network has a layer of an unsupported kind."""


def backpropagate(classifier: Classifier, image: np.ndarray) -> dict[str, np.ndarray]:
    """Return the gradients of the ten logits with respect to the image and each layer's output.

    Args:
        classifier: The network.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Returns:
        For each layer up to the logits by its name, and for the pixels in 0..1 by "image":
        (10, *output shape) float32, the first axis being the logit.

    Raises:
        GradientError: A layer is of an unsupported kind.
        NonFiniteActivationError: An output of the network is NaN or infinite.

    Examples:
        >>> from mnist_core import load_mnist
        >>> gradients = backpropagate(Classifier.load(), load_mnist().test.images[0])
        >>> gradients["image"].shape
        (10, 28, 28)
        >>> bool((gradients["logits"] == np.eye(10)).all())
        True
    """
    activations = trace_layers(classifier, image)
    last = [activation.layer.name for activation in activations].index("logits")
    gradient = np.eye(10, dtype=np.float32)
    gradients = {}
    for activation in reversed(activations[: last + 1]):
        gradients[activation.layer.name] = gradient
        gradient = _backpropagate_layer(activation, gradient)
    return {INPUT: gradient[..., 0], **gradients}


def _backpropagate_layer(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to a layer's input, from that with respect to its output."""
    layer = activation.layer
    function = find_activation(layer.kind, layer.settings)
    if layer.kind not in RULES or function not in ACTIVATION_FUNCTIONS:
        raise GradientError(
            message(
                "The layer “{name}” ({kind}, activation {function}) is of a kind that this app "
                "cannot backpropagate through. Choose another model, or look at occlusion, which "
                "works for every network.",
                name=layer.name,
                kind=layer.kind,
                function=function,
            )
        )
    if function != "linear":
        slopes = ACTIVATION_FUNCTIONS[function].derivative(_compute_sums(activation))
        gradient = gradient * slopes.astype(np.float32)
    return RULES[layer.kind](activation, gradient)


def _compute_sums(activation: LayerActivation) -> np.ndarray:
    """Return the values to which a layer applies its activation function, float32."""
    if activation.layer.kind == "Conv2D":
        kernel, *bias = activation.weights
        padded, offsets = _pad(activation)
        sums = np.zeros(activation.output.shape, np.float32)
        for i, j, rows, columns in offsets:
            sums += padded[rows, columns] @ kernel[i, j]
    elif activation.layer.kind == "Dense":
        kernel, *bias = activation.weights
        sums = activation.input @ kernel
    else:
        return activation.input
    return sums + bias[0] if bias else sums


def _convolution_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    kernel = activation.weights[0]
    padded, offsets = _pad(activation)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    for i, j, rows, columns in offsets:
        result[:, rows, columns] += gradient @ kernel[i, j].T
    return _crop(activation, result)


def _normalization_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    gamma, _, _, variance = activation.weights
    return gradient * (gamma / np.sqrt(variance + activation.layer.settings["epsilon"]))


def _max_pooling_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    padded, offsets = _pad(activation, -np.inf)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    unassigned = np.ones(activation.output.shape, bool)
    for _, _, rows, columns in offsets:
        # If several values are the maximum, the first one gets the gradient, as in TensorFlow.
        is_first_maximum = unassigned & (padded[rows, columns] == activation.output)
        unassigned &= ~is_first_maximum
        result[:, rows, columns] += gradient * is_first_maximum
    return _crop(activation, result)


def _average_pooling_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    padded, offsets = _pad(activation)
    cells = [(rows, columns) for _, _, rows, columns in offsets]
    inside = np.zeros((*padded.shape[:2], 1), np.float32)
    vertical, horizontal = window_axes(activation.layer, activation.input.shape)
    inside[
        vertical.before : vertical.before + vertical.size,
        horizontal.before : horizontal.before + horizontal.size,
    ] = 1
    # Cells of the padding do not count for the mean.
    gradient_per_pixel = gradient / sum(inside[rows, columns] for rows, columns in cells)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    for rows, columns in cells:
        result[:, rows, columns] += gradient_per_pixel
    return _crop(activation, result)


def _global_average_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    height, width, channels = activation.input.shape
    spread = gradient.reshape(len(gradient), 1, 1, channels) / np.float32(height * width)
    return np.broadcast_to(spread, (len(gradient), height, width, channels))


def _dense_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    return gradient @ activation.weights[0].T


def _rescaling_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    return gradient * np.float32(activation.layer.settings["scale"])


def _reshape_rule(activation: LayerActivation, gradient: np.ndarray) -> np.ndarray:
    return gradient.reshape(len(gradient), *activation.input.shape)


RULES: dict[str, Callable[[LayerActivation, np.ndarray], np.ndarray]] = {
    "Conv2D": _convolution_rule,
    "BatchNormalization": _normalization_rule,
    "ReLU": _reshape_rule,
    "Activation": _reshape_rule,
    "MaxPooling2D": _max_pooling_rule,
    "AveragePooling2D": _average_pooling_rule,
    "GlobalAveragePooling2D": _global_average_rule,
    "Dropout": _reshape_rule,
    "Rescaling": _rescaling_rule,
    "Flatten": _reshape_rule,
    "Dense": _dense_rule,
}


def _pad(
    activation: LayerActivation, fill_value: float = 0
) -> tuple[np.ndarray, Iterator[tuple[int, int, slice, slice]]]:
    """Return the padded input, and the row and column of each cell of the window with its indices.

    The indices are those of the cell in the padded input, at all positions of the window.
    """
    vertical, horizontal = window_axes(activation.layer, activation.input.shape)
    padded = np.pad(
        activation.input,
        ((vertical.before, vertical.after), (horizontal.before, horizontal.after), (0, 0)),
        constant_values=fill_value,
    )
    offsets = (
        (i, j, vertical.slice(i), horizontal.slice(j))
        for i in range(vertical.window)
        for j in range(horizontal.window)
    )
    return padded, offsets


def _crop(activation: LayerActivation, padded: np.ndarray) -> np.ndarray:
    vertical, horizontal = window_axes(activation.layer, activation.input.shape)
    rows = slice(vertical.before, vertical.before + vertical.size)
    columns = slice(horizontal.before, horizontal.before + horizontal.size)
    return padded[:, rows, columns]
