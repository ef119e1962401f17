"""What the learning rate does to the tutorial's network: one step, and the first steps of a run.

The curves take half a minute and come with the package. To compute them again:

    python -m mnist_core.course.learning_rates
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from mnist_core.course.numpy_network import compute_gradients, forward, make_weights, step
from mnist_core.course.recipe import CONFIG
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.files import write_atomically
from mnist_core.preprocessing.scaling import as_float

FILE = Path(__file__).parent / "data" / "learning_rates.json"
RATES = (0.0003, CONFIG.learning_rate, 1.0)
"""Too small, the tutorial's, and too large."""
STEPS = 100
SEED = 0


def take_batch(split: Split, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the images, (32, 28, 28) float32 in 0..1, and labels of a batch, counted from 0."""
    part = slice(number * CONFIG.batch_size, (number + 1) * CONFIG.batch_size)
    return as_float(split.images[part]), split.labels[part]


def train_steps(split: Split, learning_rate: float, steps: int) -> Iterator[float]:
    """Train the network from its first weights; yield the loss of each batch before its step."""
    weights = make_weights(SEED)
    for number in range(steps):
        images, labels = take_batch(split, number)
        loss, gradients = compute_gradients(weights, images, labels)
        yield loss
        weights = step(weights, gradients, learning_rate)


def try_rates(
    split: Split, rates: Sequence[float], factor: float = 1.0
) -> tuple[float, list[float]]:
    """Return the loss of the first batch, and its loss after one step with each learning rate.

    Args:
        split: The training images.
        rates: The learning rates.
        factor: What the pixels in 0..1 are multiplied by, such as 255 for unscaled ones.
    """
    weights = make_weights(SEED)
    images, labels = take_batch(split, 0)
    images = images * np.float32(factor)
    loss, gradients = compute_gradients(weights, images, labels)
    return loss, [
        forward(step(weights, gradients, rate), images).compute_loss(labels) for rate in rates
    ]


@cache
def read_curves() -> dict[float, list[float]]:
    """Return the losses of the first `STEPS` batches by learning rate."""
    curves = json.loads(FILE.read_text(encoding="utf-8"))
    return {float(rate): losses for rate, losses in curves.items()}


def main() -> None:
    """Compute the curves and write them."""
    split = load_mnist().train
    curves = {rate: [round(loss, 4) for loss in train_steps(split, rate, STEPS)] for rate in RATES}
    with write_atomically(FILE) as temporary:
        temporary.write_text(json.dumps(curves) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
