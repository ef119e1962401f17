"""The arithmetic of a layer: its window, its parameters, its multiplications, one output pixel.

Everything is computed from `Classifier.layers` and `Classifier.weights`; that it agrees with what
the network really does is tested.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mnist_core.classifier import Classifier, Layer

INPUT_SHAPE = (28, 28, 1)


@dataclass(frozen=True)
class Axis:
    """A window sliding along one axis of its input.

    `before` and `after` are how many zeros "same" padding adds at each end.
    """

    size: int
    window: int
    stride: int
    before: int
    after: int

    @property
    def positions(self) -> int:
        """How many places the window can take, which is the output's size."""
        return (self.size + self.before + self.after - self.window) // self.stride + 1

    def slice(self, offset: int) -> slice:
        """Return where on the padded input the window's cell `offset` falls, place by place."""
        return slice(offset, offset + self.positions * self.stride, self.stride)


@dataclass(frozen=True, eq=False)
class OutputPixel:
    """How a convolution computes one pixel of one feature map.

    window, kernel and products are (height, width, channels) float32; `products` is window times
    kernel. `value` is their sum and the bias, through the layer's activation.
    """

    window: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    bias: float
    activation: str

    @property
    def sum(self) -> float:
        """The sum of the products, the bias not yet added."""
        return float(self.products.sum(dtype=np.float64))

    @property
    def value(self) -> float:
        """What the layer puts out at this pixel."""
        total = self.sum + self.bias
        return max(0.0, total) if self.activation == "relu" else total


@dataclass(frozen=True)
class Normalization:
    """What batch normalisation does to one feature map at inference: a fixed scale and shift."""

    mean: float
    variance: float
    gamma: float
    beta: float
    epsilon: float

    def apply(self, value: float) -> float:
        """Return gamma · (value − mean) / √(variance + epsilon) + beta."""
        return (
            self.gamma * (value - self.mean) / math.sqrt(self.variance + self.epsilon) + self.beta
        )


def input_shape(classifier: Classifier, layer: Layer) -> tuple[int, ...]:
    """Return the shape of what a layer receives, without the batch axis."""
    index = classifier.layers.index(layer)
    return classifier.layers[index - 1].output_shape if index else INPUT_SHAPE


def window_axes(layer: Layer, size: tuple[int, ...]) -> tuple[Axis, Axis]:
    """Return how a convolution's or pooling's window slides over an input, down and across.

    Args:
        layer: A layer with a window, one with `kernel_size` or `pool_size`.
        size: The input's shape, height and width first.
    """
    window = layer.settings.get("kernel_size") or layer.settings["pool_size"]
    down, across = (
        _slide(size[i], window[i], layer.settings["strides"][i], layer.settings["padding"])
        for i in range(2)
    )
    return down, across


def count_multiplications(classifier: Classifier, layer: Layer) -> int:
    """Return how many multiplications a convolution or dense layer makes for one image.

    Each output value of a convolution takes one a weight of its filter. Other layers have none
    worth counting: 0.
    """
    received = input_shape(classifier, layer)
    if layer.kind == "Conv2D":
        return (
            math.prod(layer.output_shape) * math.prod(layer.settings["kernel_size"]) * received[-1]
        )
    if layer.kind == "Dense":
        return math.prod(received) * layer.settings["units"]
    return 0


def compute_output_pixel(
    classifier: Classifier, layer: Layer, received: np.ndarray, row: int, column: int, channel: int
) -> OutputPixel:
    """Take one output pixel of a convolution apart.

    Args:
        classifier: The network.
        layer: One of its Conv2D layers.
        received: The layer's input, (height, width, channels) float32.
        row: The output pixel's row, from 0.
        column: Its column, from 0.
        channel: The filter, from 0.
    """
    down, across = window_axes(layer, received.shape)
    padded = np.pad(received, ((down.before, down.after), (across.before, across.after), (0, 0)))
    top, left = row * down.stride, column * across.stride
    window = padded[top : top + down.window, left : left + across.window]
    kernel = classifier.weights[layer.weights[0]][..., channel]
    has_bias = layer.settings["use_bias"]
    return OutputPixel(
        window=window,
        kernel=kernel,
        products=window * kernel,
        bias=float(classifier.weights[layer.weights[1]][channel]) if has_bias else 0.0,
        activation=layer.settings["activation"],
    )


def read_normalization(classifier: Classifier, layer: Layer, channel: int) -> Normalization:
    """Return what a BatchNormalization layer does to one feature map."""
    gamma, beta, mean, variance = (classifier.weights[name][channel] for name in layer.weights)
    return Normalization(
        mean=float(mean),
        variance=float(variance),
        gamma=float(gamma),
        beta=float(beta),
        epsilon=layer.settings["epsilon"],
    )


def _slide(size: int, window: int, stride: int, padding: str) -> Axis:
    if padding == "valid":
        return Axis(size, window, stride, 0, 0)
    # TensorFlow's rule: as few zeros as give ⌈size / stride⌉ positions, the odd one at the end.
    needed = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return Axis(size, window, stride, needed // 2, needed - needed // 2)
