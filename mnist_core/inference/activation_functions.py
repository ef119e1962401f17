"""The activation functions of the networks, with their derivatives.

Names and definitions are those of Keras (https://keras.io/api/layers/activations/). Softmax is a
function of its own, since it is not applied to each value by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

LEAKY_SLOPE = 0.2
"""The slope of leaky ReLU for negative values, Keras's default."""


@dataclass(frozen=True)
class ActivationFunction:
    """A function that is applied to each value by itself.

    Attributes:
        apply: Returns the function's values for an array of any shape.
        derivative: Returns the derivative's values for an array of any shape; 0, or the left
            derivative, at a kink.
    """

    apply: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray], np.ndarray]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(x / 2)) / 2  # 1 / (1 + exp(−x)) without overflow


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr  # takes a moment, and few networks need it

    return np.asarray(ndtr(x))


def _normal_density(x: np.ndarray) -> np.ndarray:
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


ACTIVATION_FUNCTIONS: Mapping[str, ActivationFunction] = {
    "linear": ActivationFunction(lambda x: x, np.ones_like),
    "relu": ActivationFunction(lambda x: np.maximum(x, 0), lambda x: np.where(x > 0, 1.0, 0.0)),
    "leaky_relu": ActivationFunction(
        lambda x: np.where(x > 0, x, LEAKY_SLOPE * x), lambda x: np.where(x > 0, 1.0, LEAKY_SLOPE)
    ),
    "tanh": ActivationFunction(np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": ActivationFunction(_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    # x times the probability that a standard normal value is below x (Hendrycks and Gimpel,
    # "Gaussian error linear units", 2016).
    "gelu": ActivationFunction(
        lambda x: x * _normal_cdf(x), lambda x: _normal_cdf(x) + x * _normal_density(x)
    ),
}
"""By Keras's name; the results have the type of the argument or float64."""


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax of each row, of the same shape and type.

    Args:
        logits: (…, classes), floating point.

    Examples:
        >>> softmax(np.log([[8.0, 2.0]])).round(3)
        array([[0.8, 0.2]])
    """
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return the logarithm of the softmax of each row, finite where the softmax is 0.

    Args:
        logits: (…, classes), floating point.
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def find_activation(kind: str, settings: Mapping[str, object]) -> str:
    """Return the name of the activation that a layer applies, "linear" if none.

    Args:
        kind: The Keras class, such as "ReLU".
        settings: The layer's settings.
    """
    return "relu" if kind == "ReLU" else str(settings.get("activation", "linear"))
