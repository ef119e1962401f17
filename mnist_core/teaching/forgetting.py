"""Catastrophic forgetting: the accuracies for less and less rehearsal of MNIST."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.inference.classifier import Classifier
from mnist_core.teaching.folds import deal_by_digit
from mnist_core.teaching.lesson import prepare_measurement

REHEARSALS = (0.0, 0.01, 0.1, 1.0)
FOLDS = 3


@dataclass(frozen=True)
class ForgettingPoint:
    """The accuracies with one amount of rehearsal.

    Attributes:
        rehearsal: How much MNIST counts, 0 (only the drawings) to 1 (as `teach` does).
        own_accuracy: On the drawings, by cross-validation, 0..1; None for a single drawing.
        mnist_accuracy: On the test images, 0..1.
    """

    rehearsal: float
    own_accuracy: float | None
    mnist_accuracy: float


def measure_forgetting(
    images: np.ndarray,
    labels: np.ndarray,
    test: Split,
    base: Classifier | None = None,
) -> list[ForgettingPoint]:
    """Measure how much of MNIST a network forgets when it is taught with less rehearsal.

    Args:
        images: (n, 28, 28) float32 in 0..1, prepared drawings; n at least 1.
        labels: (n,) integers in 0..9.
        test: MNIST's test split.
        base: The network to teach; by default the app's default model.

    Returns:
        One point for each amount in `REHEARSALS`, in this order.

    Raises:
        TeachingError: The drawings cannot be used, or the network cannot be taught, or was before.
        DatasetError: MNIST cannot be read.
        ModelError: The app's default model is missing or damaged.
    """
    lesson, mnist = prepare_measurement(images, labels, test, base, seed=0)
    folds = deal_by_digit(lesson.labels, FOLDS)
    points = []
    for rehearsal in REHEARSALS:
        own_accuracy = None
        if len(folds) > 1:
            predicted = lesson.cross_validate(folds, rehearsal)
            own_accuracy = float((predicted == lesson.labels).mean())
        predicted = lesson.fit(rehearsal).predict(mnist)
        accuracy = float((predicted == test.labels).mean())
        points.append(ForgettingPoint(rehearsal, own_accuracy, accuracy))
    return points
