"""Train the out-of-distribution detector, the network of `mnist_core.inference.ood`.

    python -m mnist_core.training.train_ood

Takes about four minutes on two cores. The digits are MNIST's training images except the last 5,000,
which determine the threshold; the test split is not used.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.config import VALIDATION_FRACTION, Augmentation
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.ood import DRAWING_CLASSES, OOD_DETECTOR
from mnist_core.preprocessing.scaling import as_float
from mnist_core.synthesis.augmentation import augment
from mnist_core.synthesis.non_digits import flip_and_rotate, make_multi_digit, make_non_digits
from mnist_core.training.architectures import ALL_AUGMENTATIONS, get_network
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras

Rng = np.random.Generator

ACCEPTED_FRACTION = 0.995  # of the held-out digits
NON_DIGITS, MULTI_DIGITS = 50_000, 8_000
EPOCHS, BATCH_SIZE = 6, 128
LEARNING_RATE = 0.005
DECAY = 0.4  # of the learning rate, per epoch
AUGMENTED_FRACTION = 0.5  # of each epoch's images
SEED = 0
# Added strokes and replaced digits make sense for digits only.
NON_DIGIT_AUGMENTATION = Augmentation(affine=True, elastic=True, thickness=True)


@dataclass(frozen=True)
class TrainedDetector:
    """Results of training the detector.

    Attributes:
        losses: The mean loss of each epoch.
        threshold: The lowest probability with which an image is accepted as a digit.
    """

    losses: list[float]
    threshold: float


def main() -> None:
    """Train the detector and replace the shipped one."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    training, validation = split_validation(load_mnist().train, VALIDATION_FRACTION)
    trained = train_detector(training, validation, OOD_DETECTOR)
    print(f"threshold {trained.threshold:.4f}")


def train_detector(
    training: Split,
    validation: Split,
    target: Path,
    non_digits: int = NON_DIGITS,
    multi_digits: int = MULTI_DIGITS,
    epochs: int = EPOCHS,
) -> TrainedDetector:
    """Train a detector and write it, with its threshold, as an ONNX file.

    Args:
        training: The digits to learn from, some 1s among them.
        validation: The digits that determine the threshold.
        target: The file to write.
        non_digits: How many images are drawn that are not a digit.
        multi_digits: How many images are made of several digits.
        epochs: How often the network sees each image.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from mnist_core.training.onnx_export import write_onnx

    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    others = np.concatenate([make_non_digits(non_digits, rng), flip_and_rotate(training)])
    several = make_multi_digit(training, multi_digits, rng)
    detector = build_detector()
    detector.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="sparse_categorical_crossentropy"
    )
    losses = []
    for epoch in range(epochs):
        detector.optimizer.learning_rate = LEARNING_RATE * DECAY**epoch
        images, kinds = _augmented_images(training, others, several, rng)
        history = detector.fit(images, kinds, batch_size=BATCH_SIZE, verbose=2)
        losses += history.history["loss"]
    threshold = _find_threshold(detector, validation)
    target.parent.mkdir(exist_ok=True)
    write_onnx(detector, target, {"threshold": threshold})
    return TrainedDetector(losses, threshold)


def build_detector() -> keras.Model:
    """Build the detector: the layers of `compact`, with three kinds instead of ten digits."""
    import keras

    hidden_layers = get_network("compact").build().layers[:-2]
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            *(type(layer).from_config(layer.get_config()) for layer in hidden_layers),
            keras.layers.Dense(len(DRAWING_CLASSES), name="kinds"),
            keras.layers.Softmax(name="probabilities"),
        ],
        name="detector",
    )


def _augmented_images(
    digits: Split, non_digits: np.ndarray, multi_digits: np.ndarray, rng: Rng
) -> tuple[np.ndarray, np.ndarray]:
    """Return an epoch's images, half of them augmented, and their indices in `DRAWING_CLASSES`.

    Returns:
        Images (n, 28, 28, 1) float32 in 0..1 and kinds (n,) int64.
    """
    parts = [digits.images, non_digits, multi_digits]
    images = np.concatenate(parts)
    kinds = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    # Labels only determine which strokes are added to a digit.
    labels = np.zeros(len(images), np.uint8)
    labels[: len(digits.labels)] = digits.labels
    is_augmented = rng.random(len(images)) < AUGMENTED_FRACTION
    for kind, name in enumerate(DRAWING_CLASSES):
        chosen = is_augmented & (kinds == kind)
        changes = ALL_AUGMENTATIONS if name == "digit" else NON_DIGIT_AUGMENTATION
        images[chosen] = augment(images[chosen], labels[chosen], changes, rng)
    return as_float(images[..., None]), kinds


def _find_threshold(detector: keras.Model, validation: Split) -> float:
    """Return the probability that `ACCEPTED_FRACTION` of the held-out digits reach."""
    probabilities = detector.predict(as_float(validation.images[..., None]), verbose=0)
    return float(np.quantile(probabilities[:, 0], 1 - ACCEPTED_FRACTION))


if __name__ == "__main__":
    main()
