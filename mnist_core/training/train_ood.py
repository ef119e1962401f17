"""Training the detector of `mnist_core.inference.ood`.

    python -m mnist_core.training.train_ood

Takes about four minutes on two cores. The digits are MNIST's training images but the last 5,000,
which fix the threshold; the test split is never read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.ood import DRAWING_CLASSES, OOD_DETECTOR
from mnist_core.preprocessing.scaling import as_float
from mnist_core.synthesis.augmentation import augment
from mnist_core.synthesis.non_digits import flip_and_rotate, make_multi_digit, make_negatives
from mnist_core.training.architectures import EVERY_CHANGE, build_compact
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras

ACCEPTED = 0.995
HELD_OUT = 1 / 12
NEGATIVES, SEVERAL = 30_000, 8_000
EPOCHS, BATCH = 5, 128
LEARNING_RATE = 0.005
SEED = 0
OTHERS_CHANGE = Augmentation(affine=True, elastic=True, thickness=True)


def main() -> None:
    """Train the detector and write it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from mnist_core.training.onnx_export import OnnxExporter

    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    training, held_out = split_validation(load_mnist().train, HELD_OUT)
    negatives = np.concatenate([make_negatives(NEGATIVES, rng), flip_and_rotate(training)])
    several = make_multi_digit(training, SEVERAL, rng)
    detector = build_gate()
    detector.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="sparse_categorical_crossentropy"
    )
    for epoch in range(EPOCHS):
        detector.optimizer.learning_rate = LEARNING_RATE * 0.4**epoch
        images, kinds = _mix(training, negatives, several, rng)
        detector.fit(images, kinds, batch_size=BATCH, verbose=2)
    threshold = _find_threshold(detector, held_out)
    print(f"threshold {threshold:.4f}")
    OOD_DETECTOR.parent.mkdir(exist_ok=True)
    OnnxExporter(detector).write(OOD_DETECTOR, {"threshold": threshold})


def build_gate() -> keras.Model:
    """Build the detector: the convolutions of `compact`, and three kinds instead of ten digits."""
    import keras

    trunk = build_compact().layers[:-2]
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            *(type(layer).from_config(layer.get_config()) for layer in trunk),
            keras.layers.Dense(len(DRAWING_CLASSES), name="kinds"),
            keras.layers.Softmax(name="probabilities"),
        ],
        name="detector",
    )


def _mix(
    digits: Split, negatives: np.ndarray, several: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return an epoch's images (n, 28, 28, 1) float32 and kinds (n,), each changed anew.

    Half the images stay as they are.
    """
    parts = [digits.images, negatives, several]
    images = np.concatenate(parts)
    kinds = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    # Labels decide only which strokes of style a digit gets.
    labels = np.zeros(len(images), np.uint8)
    labels[: len(digits.labels)] = digits.labels
    changed = rng.random(len(images)) < 0.5
    for kind in range(len(parts)):
        chosen = changed & (kinds == kind)
        change = EVERY_CHANGE if kind == 0 else OTHERS_CHANGE
        images[chosen] = augment(images[chosen], labels[chosen], change, rng)
    return as_float(images[..., None]), kinds


def _find_threshold(detector: keras.Model, held_out: Split) -> float:
    """Return the probability that `ACCEPTED` of the held-out digits reach."""
    probabilities = detector.predict(as_float(held_out.images[..., None]), verbose=0)
    return float(np.quantile(probabilities[:, 0], 1 - ACCEPTED))


if __name__ == "__main__":
    main()
