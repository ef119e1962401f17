"""The tutorial's network in NumPy: its loss on a batch, and the gradient of every weight.

Pages cannot use TensorFlow, and a learner can read this. The convolution is a matrix product over
the windows of the images; the backward pass takes the layers in reverse (Rumelhart, Hinton and
Williams, "Learning representations by back-propagating errors", 1986). Dropout is left out, so that
every result can be repeated. Tests compare the gradients with Keras's and with small nudges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.inference.activation_functions import log_softmax, softmax

Weights = list[np.ndarray]
"""Kernel and bias of the three layers that have weights.

They have the shapes (3, 3, 1, 32), (32,), (20000, 128), (128,), (128, 10), (10,).
"""

FILTERS, WINDOW, POOL, UNITS, CLASSES = 32, 3, 2, 128, 10
SIDE = 28
MAP_SIDE = SIDE - WINDOW + 1  # 26
POOLED_SIDE = MAP_SIDE - POOL + 1  # 25
SHIFTS = [(row, column) for row in range(POOL) for column in range(POOL)]


@dataclass(frozen=True, eq=False)
class Forward:
    """The values of each layer for a batch of n images.

    Attributes:
        windows: (n, 26, 26, 9), the windows of the images.
        maps: (n, 26, 26, 32), the feature maps after ReLU.
        pooled: (n, 25, 25, 32), their largest values in windows of 2 × 2.
        hidden: (n, 128), the hidden units after ReLU.
        logits: (n, 10), the outputs of the last layer before the softmax.
    """

    windows: np.ndarray
    maps: np.ndarray
    pooled: np.ndarray
    hidden: np.ndarray
    logits: np.ndarray

    @property
    def probabilities(self) -> np.ndarray:
        """The softmax of the logits, (n, 10)."""
        return softmax(self.logits)

    def compute_loss(self, labels: np.ndarray) -> float:
        """Return the mean cross-entropy for the labels, (n,) in 0..9.

        From the logits, since a probability of float32 can round to 0.
        """
        return -float(log_softmax(self.logits)[np.arange(len(labels)), labels].mean())


def make_weights(seed: int) -> Weights:
    """Return first weights as Keras makes them: Glorot uniform kernels and biases of 0, float32.

    (Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    2010.)
    """
    rng = np.random.default_rng(seed)
    flat = POOLED_SIDE * POOLED_SIDE * FILTERS
    weights = []
    for shape in ((WINDOW, WINDOW, 1, FILTERS), (flat, UNITS), (UNITS, CLASSES)):
        area = int(np.prod(shape[:-2]))
        limit = np.sqrt(6 / (area * (shape[-2] + shape[-1])))
        weights.append(rng.uniform(-limit, limit, shape).astype(np.float32))
        weights.append(np.zeros(shape[-1], np.float32))
    return weights


def forward(weights: Sequence[np.ndarray], images: np.ndarray) -> Forward:
    """Compute all layers.

    Args:
        weights: As `Weights`; their type is that of the results.
        images: (n, 28, 28) in 0..1.
    """
    kernel, bias, hidden_kernel, hidden_bias, last_kernel, last_bias = weights
    count = len(images)
    views = np.lib.stride_tricks.sliding_window_view(images, (WINDOW, WINDOW), axis=(1, 2))
    windows = views.reshape(count, MAP_SIDE, MAP_SIDE, WINDOW * WINDOW).astype(kernel.dtype)
    maps = np.maximum(windows @ kernel.reshape(-1, FILTERS) + bias, 0)
    pooled = np.maximum.reduce([_shift(maps, *shift) for shift in SHIFTS])
    hidden = np.maximum(pooled.reshape(count, -1) @ hidden_kernel + hidden_bias, 0)
    return Forward(windows, maps, pooled, hidden, hidden @ last_kernel + last_bias)


def compute_gradients(
    weights: Sequence[np.ndarray], images: np.ndarray, labels: np.ndarray
) -> tuple[float, Weights]:
    """Return the loss of a batch, and its gradient with respect to each weight.

    Args:
        weights: As `Weights`.
        images: (n, 28, 28) in 0..1.
        labels: (n,) in 0..9.

    Examples:
        >>> images = np.random.default_rng(0).random((2, 28, 28), np.float32)
        >>> loss, gradients = compute_gradients(make_weights(0), images, np.array([3, 7]))
        >>> [gradient.shape for gradient in gradients][2:]
        [(20000, 128), (128,), (128, 10), (10,)]
    """
    values = forward(weights, images)
    count = len(images)
    _, _, hidden_kernel, _, last_kernel, _ = weights
    probabilities = values.probabilities
    targets = np.eye(CLASSES, dtype=probabilities.dtype)[labels]
    to_logits = (probabilities - targets) / count
    to_hidden = to_logits @ last_kernel.T * (values.hidden > 0)
    to_pooled = (to_hidden @ hidden_kernel.T).reshape(values.pooled.shape)
    to_maps = _unpool(values, to_pooled) * (values.maps > 0)
    flat_windows = values.windows.reshape(-1, WINDOW * WINDOW)
    kernel = (flat_windows.T @ to_maps.reshape(-1, FILTERS)).reshape(WINDOW, WINDOW, 1, FILTERS)
    return values.compute_loss(labels), [
        kernel,
        to_maps.sum(axis=(0, 1, 2)),
        values.pooled.reshape(count, -1).T @ to_hidden,
        to_hidden.sum(axis=0),
        values.hidden.T @ to_logits,
        to_logits.sum(axis=0),
    ]


def step(
    weights: Sequence[np.ndarray], gradients: Sequence[np.ndarray], learning_rate: float
) -> Weights:
    """Return the weights after one step of gradient descent."""
    return [
        weight - weight.dtype.type(learning_rate) * gradient
        for weight, gradient in zip(weights, gradients, strict=True)
    ]


def _shift(maps: np.ndarray, row: int, column: int) -> np.ndarray:
    return maps[:, row : row + POOLED_SIDE, column : column + POOLED_SIDE]


def _unpool(values: Forward, to_pooled: np.ndarray) -> np.ndarray:
    """Send each gradient to the largest value of its window, the first one if there are several."""
    to_maps = np.zeros_like(values.maps)
    unassigned = np.ones(values.pooled.shape, bool)
    for shift in SHIFTS:
        is_largest = unassigned & (_shift(values.maps, *shift) == values.pooled)
        unassigned &= ~is_largest
        _shift(to_maps, *shift)[...] += to_pooled * is_largest
    return to_maps
