"""Teaching of a network's last layer: regularized logistic regression on its features.

The layers before it stay as they are, so each image is a fixed row of features. The change of the
last layer minimizes the sum of three terms: the mean cross-entropy of the drawings; that of
rehearsed MNIST images, whose targets are the probabilities that the network gave them before
(Hinton et al., "Distilling the knowledge in a neural network", 2015; Li and Hoiem, "Learning
without forgetting", 2016); and the squared size of the change. The function is convex and is
minimized by L-BFGS, so the result does not depend on chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.activation_functions import log_softmax
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from mnist_core.teaching.drawings import TeachingError

# Chosen on simulated hands and on training images held out; see benchmarks/teaching.py.
DRAWINGS_WEIGHT = 0.2  # of the drawings' mean cross-entropy; that of MNIST's has the weight 1
ANCHOR_WEIGHT = 3e-4  # of the squared change
ITERATIONS = 60
MAX_FEATURES = 6_000  # for 6,000 rehearsed images they take 144 MB


@dataclass(frozen=True, eq=False)
class LastLayer:
    """The layer that gives the logits, divided by the temperature.

    Attributes:
        weights: (width + 1, 10) float32, the last row is the bias.
        has_bias: Whether the layer has a bias; without one the last row is 0.
        temperature: The network's temperature, by which the weights were divided.
        names: The names of the layer's variables in the network.
    """

    weights: np.ndarray
    has_bias: bool
    temperature: float
    names: tuple[str, ...]

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Return the logits divided by the temperature, (n, 10) float32.

        Args:
            features: (n, width) float32.
        """
        logits: np.ndarray = features @ self.weights[:-1] + self.weights[-1]
        return logits

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return the predicted digits, (n,) int64.

        Args:
            features: (n, width) float32.
        """
        return self.logits(features).argmax(axis=1)


def read_last_layer(base: Classifier) -> LastLayer:
    """Return the last layer of a network.

    Raises:
        TeachingError: It is not a dense layer without an activation, or has too many inputs.
    """
    layer = next(each for each in base.layers if each.name == "logits")
    if layer.kind != "Dense" or layer.settings.get("activation") != "linear":
        raise TeachingError(
            message(
                "The last layer of “{name}” is not a dense layer without an activation, so it "
                "cannot be taught. Choose another model.",
                name=base.name,
            )
        )
    kernel, *bias = (base.weights[name] for name in layer.weights)
    if len(kernel) > MAX_FEATURES:
        raise TeachingError(
            message(
                "The last layer of “{name}” has {count:,} inputs; only one with at most {most:,} "
                "can be taught at once. Teach this network thoroughly, or choose another model.",
                name=base.name,
                count=len(kernel),
                most=MAX_FEATURES,
            )
        )
    row = bias[0] if bias else np.zeros(kernel.shape[1], np.float32)
    weights = np.concatenate([kernel, row[np.newaxis]]) / np.float32(base.temperature)
    return LastLayer(weights, bool(bias), base.temperature, layer.weights)


def replace_last_layer(base: Classifier, layer: LastLayer) -> Classifier:
    """Return a network with its taught last layer."""
    weights = layer.weights * np.float32(layer.temperature)
    values = (weights[:-1], weights[-1])
    return base.with_taught_weights(dict(zip(layer.names, values, strict=False)))


def fit_last_layer(
    layer: LastLayer,
    features: np.ndarray,
    labels: np.ndarray,
    rehearsed: np.ndarray,
    rehearsal: float = 1.0,
) -> LastLayer:
    """Teach a last layer some drawings.

    Args:
        layer: The layer before.
        features: (n, copies, width) float32, of each drawing and its changed copies.
        labels: (n,) in 0..9.
        rehearsed: (m, width) float32, features of MNIST images.
        rehearsal: How much MNIST counts, 0 (only the drawings count) to 1.
    """
    from scipy.optimize import minimize

    copies = features.shape[1]
    own = _Term.of_labels(layer, features.reshape(-1, features.shape[2]), labels.repeat(copies))
    earlier = _Term.of_predictions(layer, rehearsed)
    shape = layer.weights.shape

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        change = flat.reshape(shape).astype(np.float32)
        own_loss, own_gradient = own.evaluate(change)
        mnist_loss, mnist_gradient = earlier.evaluate(change)
        anchor = rehearsal * ANCHOR_WEIGHT
        gradient = DRAWINGS_WEIGHT * own_gradient + rehearsal * mnist_gradient + 2 * anchor * change
        if not layer.has_bias:
            gradient[-1] = 0
        total = (
            DRAWINGS_WEIGHT * own_loss
            + rehearsal * mnist_loss
            + anchor * float(np.vdot(change, change))
        )
        return total, gradient.ravel().astype(np.float64)

    start = np.zeros(layer.weights.size)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}
    ).x.reshape(shape)
    weights = layer.weights + found.astype(np.float32)
    return LastLayer(weights, layer.has_bias, layer.temperature, layer.names)


@dataclass(frozen=True, eq=False)
class _Term:
    """The mean cross-entropy of some images as a function of the last layer's change.

    Attributes:
        inputs: (n, width + 1) float32, the features and a column of 1.
        logits: (n, 10) float32, before the change.
        targets: (n, 10) float32, the probabilities to reach.
    """

    inputs: np.ndarray
    logits: np.ndarray
    targets: np.ndarray

    @classmethod
    def of_labels(cls, layer: LastLayer, features: np.ndarray, labels: np.ndarray) -> _Term:
        targets = np.eye(10, dtype=np.float32)[labels]
        return cls(_append_one(features), layer.logits(features), targets)

    @classmethod
    def of_predictions(cls, layer: LastLayer, features: np.ndarray) -> _Term:
        logits = layer.logits(features)
        return cls(_append_one(features), logits, np.exp(log_softmax(logits)))

    def evaluate(self, change: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the mean cross-entropy and its gradient, of the shape of the change."""
        logs = log_softmax(self.logits + self.inputs @ change)
        loss = -float(np.vdot(self.targets, logs)) / len(logs)
        return loss, self.inputs.T @ ((np.exp(logs) - self.targets) / np.float32(len(logs)))


def _append_one(features: np.ndarray) -> np.ndarray:
    return np.pad(features, ((0, 0), (0, 1)), constant_values=1)
