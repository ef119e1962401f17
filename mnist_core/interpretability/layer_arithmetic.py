"""The arithmetic of single layers: products of an output pixel, normalization, and parameters.

All values are computed from the settings, weights and inputs of the layers; tests compare them
with the outputs of the networks. Only networks whose layers form a plain sequence are supported.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mnist_core.inference.activation_functions import ACTIVATION_FUNCTIONS
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import LayerActivation
from mnist_core.interpretability.receptive_fields import cut_out, locate_window


@dataclass(frozen=True, eq=False)
class OutputPixel:
    """The computation of one pixel of a convolution's feature map.

    Attributes:
        window: (height, width, channels) float32, the part of the input under the kernel.
        kernel: (height, width, channels) float32, the weights of the filter.
        bias: The bias of the filter, 0 if it has none.
        activation: The name of the activation function.
    """

    window: np.ndarray
    kernel: np.ndarray
    bias: float
    activation: str

    @property
    def products(self) -> np.ndarray:
        """The product of each weight and its input value, (height, width, channels) float32."""
        return self.window * self.kernel

    @property
    def sum(self) -> float:
        """The sum of the products, without the bias."""
        return float(self.products.sum(dtype=np.float64))

    @property
    def value(self) -> float:
        """The output: sum and bias, passed through the activation function."""
        return activate(self.activation, self.sum + self.bias)


@dataclass(frozen=True)
class Normalization:
    """Batch normalization of one feature map at inference: a fixed scale and shift.

    Attributes:
        gamma: The trained scale.
        beta: The trained shift.
        mean: The mean over the training images.
        variance: The variance over the training images.
        epsilon: A small number that keeps the divisor above 0.
    """

    gamma: float
    beta: float
    mean: float
    variance: float
    epsilon: float

    def apply(self, value: float) -> float:
        """Return gamma · (value − mean) / √(variance + epsilon) + beta.

        Examples:
            >>> Normalization(gamma=2, beta=1, mean=3, variance=4, epsilon=0).apply(5)
            3.0
        """
        std = math.sqrt(self.variance + self.epsilon)
        return self.gamma * (value - self.mean) / std + self.beta


def activate(function: str, value: float) -> float:
    """Return an activation function's value.

    Args:
        function: Keras's name of the function.
        value: Its argument.

    Examples:
        >>> activate("leaky_relu", -1.0)
        -0.2
    """
    return float(ACTIVATION_FUNCTIONS[function].apply(np.asarray(value, np.float64)))


def compute_output_pixel(
    activation: LayerActivation, row: int, column: int, channel: int
) -> OutputPixel:
    """Return the computation of one output pixel of a convolution.

    Args:
        activation: The activation of a Conv2D layer.
        row: The output pixel's row, from 0.
        column: The output pixel's column, from 0.
        channel: The filter, from 0.

    Examples:
        >>> from mnist_core import load_mnist
        >>> from mnist_core.interpretability import trace_layers
        >>> image = load_mnist().test.images[0]
        >>> activation = trace_layers(Classifier.load(), image)[0]
        >>> pixel = compute_output_pixel(activation, row=14, column=14, channel=0)
        >>> bool(np.isclose(pixel.value, activation.output[14, 14, 0], atol=1e-4))
        True
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
    """Return the parameters of a BatchNormalization layer for one feature map.

    Args:
        activation: The activation of a BatchNormalization layer.
        channel: The feature map, from 0.
    """
    gamma, beta, mean, variance = (float(weights[channel]) for weights in activation.weights)
    return Normalization(gamma, beta, mean, variance, activation.layer.settings["epsilon"])


def count_trainable(classifier: Classifier) -> int:
    """Return the number of trainable parameters of a network.

    The moving means and variances of batch normalization are not trainable.
    """
    return sum(
        classifier.weights[name].size
        for layer in classifier.layers
        for name in layer.weights
        if not name.endswith(("moving_mean", "moving_variance"))
    )
