"""The arithmetic of a layer: its window, its multiplications, and the terms of one output pixel.

Everything is computed from the settings, weights and inputs of the layers; tests compare it with
the outputs of the network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.interpretability.activations import LayerActivation

INPUT_SHAPE = (SIDE, SIDE, 1)


@dataclass(frozen=True)
class Axis:
    """A window sliding along one axis of its input.

    `before` and `after` are how many cells "same" padding adds at each end.
    """

    size: int
    window: int
    stride: int
    before: int
    after: int

    @property
    def positions(self) -> int:
        """The number of positions of the window, which is the output's size."""
        return (self.size + self.before + self.after - self.window) // self.stride + 1

    def slice(self, offset: int) -> slice:
        """Return where on the padded input the window's cell `offset` falls, place by place."""
        return slice(offset, offset + self.positions * self.stride, self.stride)


@dataclass(frozen=True)
class Window:
    """A rectangle of cells; it may reach over an edge where padding was added."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class OutputPixel:
    """How a convolution computes one pixel of one feature map.

    window, kernel and products are (height, width, channels) float32; products is window times
    kernel, and value is what their sum and the bias give through the layer's activation.
    """

    window: np.ndarray
    kernel: np.ndarray
    bias: float
    activation: str

    @property
    def products(self) -> np.ndarray:
        """The product of each weight and the input value at its position."""
        return self.window * self.kernel

    @property
    def sum(self) -> float:
        """The sum of the products, without the bias."""
        return float(self.products.sum(dtype=np.float64))

    @property
    def value(self) -> float:
        """The layer's output at this pixel."""
        total = self.sum + self.bias
        return max(0.0, total) if self.activation == "relu" else total


@dataclass(frozen=True)
class Normalization:
    """What batch normalization does to one feature map at inference: a fixed scale and shift."""

    gamma: float
    beta: float
    mean: float
    variance: float
    epsilon: float

    def apply(self, value: float) -> float:
        """Return gamma · (value − mean) / √(variance + epsilon) + beta."""
        std = math.sqrt(self.variance + self.epsilon)
        return self.gamma * (value - self.mean) / std + self.beta


def input_shape(classifier: Classifier, layer: Layer) -> tuple[int, ...]:
    """Return the shape of a layer's input, without the batch axis."""
    index = classifier.layers.index(layer)
    return classifier.layers[index - 1].output_shape if index else INPUT_SHAPE


def window_axes(layer: Layer, size: tuple[int, ...]) -> tuple[Axis, Axis]:
    """Return how a convolution's or a pooling's window slides over its input, down and across.

    Args:
        layer: A layer with a window: one with `kernel_size` or `pool_size`.
        size: The input's shape, height and width first.
    """
    settings = layer.settings
    window = settings.get("kernel_size") or settings["pool_size"]
    down, across = (
        _slide(size[i], window[i], settings["strides"][i], settings["padding"]) for i in range(2)
    )
    return down, across


def has_window(layer: Layer) -> bool:
    """Tell whether a layer slides a window over its input."""
    return "kernel_size" in layer.settings or "pool_size" in layer.settings


def count_multiplications(classifier: Classifier, layer: Layer) -> int:
    """Return how many multiplications a convolution or dense layer makes for one image.

    Each value of a feature map takes one a weight of its filter, each unit one an input. Of
    other layers none is counted.
    """
    shape = input_shape(classifier, layer)
    if layer.kind == "Conv2D":
        weights = math.prod(layer.settings["kernel_size"]) * shape[-1]
        return math.prod(layer.output_shape) * weights
    if layer.kind == "Dense":
        return math.prod(shape) * layer.settings["units"]
    return 0


def count_learnt(classifier: Classifier) -> int:
    """Return the number of trainable parameters of a network.

    The means and variances of batch normalization are measured instead.
    """
    return sum(
        classifier.weights[name].size
        for layer in classifier.layers
        for name in layer.weights
        if not name.endswith(("moving_mean", "moving_variance"))
    )


def locate_window(layer: Layer, size: tuple[int, ...], row: int, column: int) -> Window:
    """Return which cells of its input a layer looks at for one output pixel."""
    down, across = window_axes(layer, size)
    return Window(
        top=row * down.stride - down.before,
        left=column * across.stride - across.before,
        height=down.window,
        width=across.window,
    )


def locate_receptive_field(classifier: Classifier, layer: Layer, row: int, column: int) -> Window:
    """Return which pixels of the image one output pixel of a layer depends on.

    Layers without feature maps depend on the whole image.
    """
    if len(layer.output_shape) != 3:
        return Window(0, 0, *INPUT_SHAPE[:2])
    top, bottom, left, right = row, row, column, column
    for earlier in reversed(classifier.layers[: classifier.layers.index(layer) + 1]):
        if has_window(earlier):
            size = input_shape(classifier, earlier)
            first = locate_window(earlier, size, top, left)
            last = locate_window(earlier, size, bottom, right)
            top, left = first.top, first.left
            bottom, right = last.top + last.height - 1, last.left + last.width - 1
    return Window(top, left, bottom - top + 1, right - left + 1)


def cut_out(values: np.ndarray, window: Window, filling: float = 0) -> np.ndarray:
    """Return the cells of a window, (height, width, …), with `filling` where it reaches outside."""
    part = np.full((window.height, window.width, *values.shape[2:]), filling, values.dtype)
    rows = np.arange(window.top, window.top + window.height)
    columns = np.arange(window.left, window.left + window.width)
    inside_rows = (rows >= 0) & (rows < values.shape[0])
    inside_columns = (columns >= 0) & (columns < values.shape[1])
    part[np.ix_(inside_rows, inside_columns)] = values[
        np.ix_(rows[inside_rows], columns[inside_columns])
    ]
    return part


def compute_output_pixel(
    activation: LayerActivation, row: int, column: int, channel: int
) -> OutputPixel:
    """Take one output pixel of a convolution apart.

    Args:
        activation: An image in a Conv2D layer.
        row: The output pixel's row, from 0.
        column: Its column, from 0.
        channel: The filter, from 0.
    """
    settings = activation.layer.settings
    window = locate_window(activation.layer, activation.input.shape, row, column)
    return OutputPixel(
        window=cut_out(activation.input, window),
        kernel=activation.weights[0][..., channel],
        bias=float(activation.weights[1][channel]) if settings["use_bias"] else 0.0,
        activation=settings["activation"],
    )


def read_normalization(activation: LayerActivation, channel: int) -> Normalization:
    """Return what a BatchNormalization layer does to one feature map."""
    gamma, beta, mean, variance = (float(weights[channel]) for weights in activation.weights)
    return Normalization(gamma, beta, mean, variance, activation.layer.settings["epsilon"])


def _slide(size: int, window: int, stride: int, padding: str) -> Axis:
    if padding == "valid":
        return Axis(size, window, stride, 0, 0)
    # TensorFlow's rule: as little as gives ⌈size / stride⌉ positions, the odd one at the end.
    needed = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return Axis(size, window, stride, needed // 2, needed - needed // 2)
