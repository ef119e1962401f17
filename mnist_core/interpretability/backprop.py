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
from mnist_core.interpretability.activations import Passage, follow
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
        PassageError: The network's outputs are no numbers.
    """
    passages = follow(classifier, image)
    last = [passage.layer.name for passage in passages].index("logits")
    gradient = np.eye(10, dtype=np.float32)
    gradients = {}
    for passage in reversed(passages[: last + 1]):
        gradients[passage.layer.name] = gradient
        gradient = _step_back(passage, gradient)
    return {INPUT: gradient[..., 0], **gradients}


def _step_back(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    """Return the derivative by a layer's input, given that by its output."""
    layer = passage.layer
    activation = layer.settings.get("activation", "linear")
    if layer.kind not in RULES or activation not in {"linear", "relu"}:
        raise GradientError(
            f"The layer “{layer.name}” ({layer.kind}, activation {activation}) is of a kind "
            "through which this app cannot take derivatives. Choose another model, or look at "
            "occlusion, which works for every network."
        )
    if activation == "relu":
        gradient = _through_relu(passage, gradient)
    return RULES[layer.kind](passage, gradient)


def _through_convolution(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    kernel = passage.weights[0]
    padded, offsets = _pad(passage)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    for i, j, rows, columns in offsets:
        result[:, rows, columns] += gradient @ kernel[i, j].T
    return _crop(passage, result)


def _through_normalization(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    gamma, _, _, variance = passage.weights
    return gradient * (gamma / np.sqrt(variance + passage.layer.settings["epsilon"]))


def _through_relu(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    return gradient * (passage.output > 0)


def _through_max_pooling(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    padded, offsets = _pad(passage, -np.inf)
    result = np.zeros((len(gradient), *padded.shape), np.float32)
    unclaimed = np.ones(passage.output.shape, bool)
    for _, _, rows, columns in offsets:
        # Among equals the first one counts, as in TensorFlow.
        chosen = unclaimed & (padded[rows, columns] == passage.output)
        unclaimed &= ~chosen
        result[:, rows, columns] += gradient * chosen
    return _crop(passage, result)


def _through_global_average(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    height, width, channels = passage.received.shape
    spread = gradient.reshape(len(gradient), 1, 1, channels) / np.float32(height * width)
    return np.broadcast_to(spread, (len(gradient), height, width, channels))


def _through_dense(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    return gradient @ passage.weights[0].T


def _through_reshaping(passage: Passage, gradient: np.ndarray) -> np.ndarray:
    return gradient.reshape(len(gradient), *passage.received.shape)


RULES: dict[str, Callable[[Passage, np.ndarray], np.ndarray]] = {
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
    passage: Passage, filling: float = 0
) -> tuple[np.ndarray, Iterator[tuple[int, int, slice, slice]]]:
    """Return the padded input and, for each cell of the window, where in it that cell falls."""
    down, across = window_axes(passage.layer, passage.received.shape)
    padded = np.pad(
        passage.received,
        ((down.before, down.after), (across.before, across.after), (0, 0)),
        constant_values=filling,
    )
    offsets = (
        (i, j, down.slice(i), across.slice(j))
        for i in range(down.window)
        for j in range(across.window)
    )
    return padded, offsets


def _crop(passage: Passage, padded: np.ndarray) -> np.ndarray:
    down, across = window_axes(passage.layer, passage.received.shape)
    return padded[
        :, down.before : down.before + down.size, across.before : across.before + across.size
    ]
