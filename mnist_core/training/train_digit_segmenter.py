"""Train the digit segmenter, the network of `mnist_core.inference.digit_segmenter`.

    python -m mnist_core.training.train_digit_segmenter

Takes about five minutes on two cores. The numbers are composed of MNIST's training images except
the last 5,000, and of drawn digits in other styles; the test split is not used.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.digit_segmenter import DIGIT_SEGMENTER
from mnist_core.inference.segmentation import VIEW, Proposals, propose_regions
from mnist_core.synthesis.digit_strings import ComposedNumber, compose_number
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras

Rng = np.random.Generator

VALIDATION_FRACTION = 1 / 12
NUMBERS = 3_000
EPOCHS, BATCH_SIZE = 4, 128
LEARNING_RATE = 0.003
DECAY = 0.4  # of the learning rate, per epoch
SEED = 0
MIN_IOU = 0.8  # a region with at least this intersection over union is a whole digit


def main() -> None:
    """Train the digit segmenter and replace the shipped one."""
    training, _ = split_validation(load_mnist().train, VALIDATION_FRACTION)
    train_segmenter(training, DIGIT_SEGMENTER)


def train_segmenter(
    training: Split, target: Path, numbers: int = NUMBERS, epochs: int = EPOCHS
) -> list[float]:
    """Train a digit segmenter and write it as an ONNX file.

    Args:
        training: The digits that numbers are composed of.
        target: The file to write.
        numbers: How many numbers are composed.
        epochs: How often the network sees each region of each number.

    Returns:
        The mean loss of each epoch.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from mnist_core.training.onnx_export import write_onnx

    keras.utils.set_random_seed(SEED)
    views, is_digit = make_examples(training, numbers, np.random.default_rng(SEED))
    network = build_segmenter()
    network.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="binary_crossentropy")
    losses = []
    for epoch in range(epochs):
        network.optimizer.learning_rate = LEARNING_RATE * DECAY**epoch
        history = network.fit(views, is_digit, batch_size=BATCH_SIZE, verbose=2)
        losses += history.history["loss"]
    target.parent.mkdir(exist_ok=True)
    write_onnx(network, target)
    return losses


def build_segmenter() -> keras.Model:
    """Build the network: a view (32, 48, 2) to the probability that its region is one digit."""
    import keras
    from keras import layers

    def convolve(filters: int, size: int) -> list[keras.layers.Layer]:
        return [
            layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
        ]

    return keras.Sequential(
        [
            keras.Input((*VIEW, 2), name="view"),
            layers.Rescaling(1 / 255),
            *convolve(16, 5),  # (16, 24, 16)
            *convolve(32, 3),  # (8, 12, 32)
            *convolve(64, 3),  # (4, 6, 64)
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(64, activation="relu"),
            layers.Dense(1, activation="sigmoid", name="whole"),
        ],
        name="digit_segmenter",
    )


def make_examples(source: Split, count: int, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Compose numbers and label each of their regions.

    Returns:
        Views (n, 32, 48, 2) uint8, and whether each region is a whole digit, (n,) uint8.
    """
    views, is_digit = [], []
    for _ in range(count):
        number = compose_number(source, rng)
        proposals = propose_regions(number.ink)
        views.append(proposals.views)
        is_digit.append(max_iou(number, proposals) >= MIN_IOU)
    return np.concatenate(views), np.concatenate(is_digit).astype(np.uint8)


def max_iou(number: ComposedNumber, proposals: Proposals) -> np.ndarray:
    """Return each region's largest intersection over union with a digit, (n,) float32 in 0..1."""
    ious = np.zeros(len(proposals.regions), np.float32)
    areas = number.digits.sum(axis=(1, 2))
    for index, region in enumerate(proposals.regions):
        box = region.box
        scale = (box.bottom - box.top) // region.ink.shape[0]
        ink = region.ink.repeat(scale, axis=0).repeat(scale, axis=1)
        height, width = number.ink.shape
        ink = ink[: height - box.top, : width - box.left]
        digits = number.digits[:, box.top : box.bottom, box.left : box.right]
        intersection = np.minimum(digits, ink).sum(axis=(1, 2))
        ious[index] = (intersection / (areas + ink.sum() - intersection)).max()
    return ious


if __name__ == "__main__":
    main()
