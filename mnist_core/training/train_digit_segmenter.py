"""Train the digit segmenter, the network of `mnist_core.inference.digit_segmenter`.

    python -m mnist_core.training.train_digit_segmenter

The numbers are composed of MNIST's training images except the last 5,000, and of drawn digits in
other styles; the test split is not used.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_segmenter import DIGIT_SEGMENTER
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.segmentation import VIEW, propose_regions
from mnist_core.synthesis.digit_sources import Writer, images_of, strokes_of
from mnist_core.synthesis.digit_strings import ComposedNumber, Spacing, compose_number
from mnist_core.synthesis.handwriting import write_digit
from mnist_core.synthesis.non_digits import letter_strokes
from mnist_core.synthesis.strokes import Stroke
from mnist_core.training.fit_digit_confidence import fit_confidence
from mnist_core.training.region_labels import NOT_ONE_DIGIT, label_regions
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras

Rng = np.random.Generator

VALIDATION_FRACTION = 1 / 12
NUMBERS, VALIDATION_NUMBERS = 3_200, 600
CHUNK = 1_600  # numbers that a process composes at once
LETTER_FRACTION = 0.03  # of the strokes' digits that the confidence is fitted on
MAX_DIGITS = 8
# Ranges of the typical distance between digits and of its standard deviation, as fractions of the
# height, by what the distance is measured between.
GAPS = {"boxes": (-0.12, 0.3), "ink": (-0.1, 0.15)}
GAP_STDS = (0.01, 0.07)
MAX_NEGATIVES = 3  # regions that are not a digit, per region that is one
EPOCHS, BATCH_SIZE = 5, 128
LEARNING_RATE = 0.003
DECAY = 0.45  # of the learning rate, per epoch
SEED = 0


def main() -> None:
    """Train the digit segmenter and replace the shipped one."""
    training, validation = split_validation(load_mnist().train, VALIDATION_FRACTION)
    fitting = Split(*(part[: len(part) // 2] for part in (validation.images, validation.labels)))
    train_segmenter(training, fitting, DIGIT_SEGMENTER)


def train_segmenter(
    training: Split,
    validation: Split,
    target: Path,
    numbers: int = NUMBERS,
    validation_numbers: int = VALIDATION_NUMBERS,
    epochs: int = EPOCHS,
) -> list[float]:
    """Train a digit segmenter, fit the confidence, and write both as an ONNX file.

    Args:
        training: The digits that numbers are composed of.
        validation: The digits of the numbers that the confidence is fitted on.
        target: The file to write.
        numbers: How many numbers are composed for the training.
        validation_numbers: How many are composed for the confidence.
        epochs: How often the network sees each region of each number.

    Returns:
        The mean loss of each epoch.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from mnist_core.training.onnx_export import write_onnx

    keras.utils.set_random_seed(SEED)
    views, labels = compose_examples(training, numbers)
    network = build_segmenter()
    network.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="sparse_categorical_crossentropy"
    )
    losses = []
    for epoch in range(epochs):
        network.optimizer.learning_rate = LEARNING_RATE * DECAY**epoch
        history = network.fit(views, labels, batch_size=BATCH_SIZE, verbose=2)
        losses += history.history["loss"]
    target.parent.mkdir(exist_ok=True)
    write_onnx(network, target)
    rng = np.random.default_rng(SEED + 1)
    composed = (
        compose(validation, index, _write_digit_or_letter, rng)
        for index in range(validation_numbers)
    )
    weights = fit_confidence(Classifier.load(), OnnxModel(target), composed)
    write_onnx(network, target, weights.to_metadata())
    return losses


def build_segmenter() -> keras.Model:
    """Build the network: from a view (32, 48, 2) to the probabilities of the ten digits, and of
    anything but one whole digit.
    """
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
            *convolve(24, 5),  # (16, 24, 24)
            *convolve(48, 3),  # (8, 12, 48)
            *convolve(96, 3),  # (4, 6, 96)
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(96, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(NOT_ONE_DIGIT + 1, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="digit_segmenter",
    )


def compose_examples(source: Split, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Make examples on all cores; see `make_examples`. The number of cores does not matter."""
    counts = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    generators = [np.random.default_rng((SEED, chunk)) for chunk in range(len(counts))]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(make_examples, repeat(source), counts, generators))
    views, labels = zip(*parts, strict=True)
    return np.concatenate(views), np.concatenate(labels)


def make_examples(source: Split, count: int, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Compose numbers and label their regions.

    Every other number consists of strokes; its regions are proposed once from the strokes and
    once from the ink alone. Of the regions that are not a digit some are left out.

    Returns:
        Views (n, 32, 48, 2) uint8, and labels (n,) uint8: the digit, or `NOT_ONE_DIGIT`.
    """
    views, labels = [], []
    for index in range(count):
        number = compose(source, index, write_digit, rng)
        for strokes in (None, number.strokes) if number.strokes else (None,):
            proposals = propose_regions(number.ink, strokes)
            found = label_regions(number, proposals.factor, proposals.regions)
            kept = np.ones(len(found), bool)
            negatives = np.flatnonzero(found == NOT_ONE_DIGIT)
            surplus = len(negatives) - MAX_NEGATIVES * max(1, len(found) - len(negatives))
            if surplus > 0:
                kept[rng.choice(negatives, surplus, replace=False)] = False
            views.append(proposals.views[kept])
            labels.append(found[kept])
    return np.concatenate(views), np.concatenate(labels)


def compose(source: Split, index: int, write: Writer, rng: Rng) -> ComposedNumber:
    """Compose a number of images, or of strokes if the index is odd."""
    digits = strokes_of(write) if index % 2 else images_of(source)
    return compose_number(digits, draw_spacing(rng), int(rng.integers(1, MAX_DIGITS + 1)), rng)


def draw_spacing(rng: Rng) -> Spacing:
    """Return the spacing of a number, from wide to overlapping."""
    between = "boxes" if rng.random() < 0.5 else "ink"
    return Spacing(rng.uniform(*GAPS[between]), rng.uniform(*GAP_STDS), between)


def _write_digit_or_letter(rng: Rng) -> tuple[int | None, list[Stroke]]:
    return (None, letter_strokes(rng)) if rng.random() < LETTER_FRACTION else write_digit(rng)


if __name__ == "__main__":
    main()
