"""One weight of the network: its gradient by the chain rule and by a small nudge, and its step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.course.numpy_network import compute_gradients, forward

NUDGE = 1e-4
PLACES: dict[str, tuple[int, tuple[int, ...]]] = {
    "convolution": (0, (2, 0, 0, 13)),
    "dense": (2, (6929, 73)),
    "last": (4, (16, 9)),
}
"""For each layer, where its kernel is in the weights, and where in it the weight that is shown.

The one of the convolution was chosen since the curve of its loss has a valley, the others since
their gradients are the largest for the example.
"""


@dataclass(frozen=True)
class WeightStep:
    """A weight, what the loss does when it changes, and one step.

    Attributes:
        weight: Its value.
        gradient: By the chain rule.
        factors: The two factors of the chain rule for a weight of a dense layer: how fast the loss
            changes with the sum, and with what the weight is multiplied in it. None for a weight of
            the convolution, which is used at many places.
        nudged: By a nudge: the change of the loss divided by that of the weight.
        loss: The loss before the step.
        new_weight: The weight after the step.
        new_loss: The loss after the step, if no other weight changes.
    """

    weight: float
    gradient: float
    factors: tuple[float, float] | None
    nudged: float
    loss: float
    new_weight: float
    new_loss: float


def examine_weight(
    weights: Sequence[np.ndarray],
    image: np.ndarray,
    label: int,
    place: str,
    learning_rate: float,
) -> WeightStep:
    """Examine one weight with one image.

    All is computed with double precision, in which a small nudge can be seen.

    Args:
        weights: As `mnist_core.course.numpy_network.Weights`.
        image: (28, 28) in 0..1.
        label: Its digit.
        place: One of `PLACES`.
        learning_rate: The factor of the step.
    """
    exact = [each.astype(np.float64) for each in weights]
    images, labels = image[np.newaxis].astype(np.float64), np.array([label])
    loss, gradients = compute_gradients(exact, images, labels)
    layer, index = PLACES[place]
    weight, gradient = float(exact[layer][index]), float(gradients[layer][index])

    def compute_loss(value: float) -> float:
        exact[layer][index] = value
        result = forward(exact, images).compute_loss(labels)
        exact[layer][index] = weight
        return result

    new_weight = weight - learning_rate * gradient
    # The gradient of a unit's bias is that of its sum.
    slope = float(gradients[layer + 1][index[-1]])
    return WeightStep(
        weight=weight,
        gradient=gradient,
        factors=None if layer == 0 else (slope, gradient / slope),
        nudged=(compute_loss(weight + NUDGE) - loss) / NUDGE,
        loss=loss,
        new_weight=new_weight,
        new_loss=compute_loss(new_weight),
    )


def trace_loss(
    weights: Sequence[np.ndarray],
    image: np.ndarray,
    label: int,
    place: str,
    values: np.ndarray,
) -> np.ndarray:
    """Return the loss of an image for other values of one weight.

    Args:
        weights: As `mnist_core.course.numpy_network.Weights`.
        image: (28, 28) in 0..1.
        label: Its digit.
        place: One of `PLACES`.
        values: (n,), the values.

    Returns:
        (n,) float64.
    """
    layer, index = PLACES[place]
    changed = list(weights)
    changed[layer] = weights[layer].copy()
    losses = []
    for value in values:
        changed[layer][index] = value
        losses.append(forward(changed, image[np.newaxis]).compute_loss(np.array([label])))
    return np.array(losses)
