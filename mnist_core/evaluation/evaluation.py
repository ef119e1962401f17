"""Evaluation of a classifier on a split: accuracy, loss, confusion matrix and mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.inference.classifier import Classifier


@dataclass(frozen=True, eq=False)
class Mistake:
    """An image that was classified incorrectly.

    Attributes:
        index: The image's index in the split.
        true: The label, 0..9.
        predicted: The predicted digit, 0..9.
        probabilities: (10,) float32, the probability of each digit.
    """

    index: int
    true: int
    predicted: int
    probabilities: np.ndarray


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A classifier's predictions for a split, and the metrics computed from them.

    Attributes:
        labels: (n,) uint8 in 0..9, the labels.
        probabilities: (n, 10) float32 in 0..1, the probability of each digit.
        digest: Identifies the model and the images, for caches; may be empty.

    Examples:
        >>> probabilities = np.full((3, 10), 0.05, np.float32)
        >>> probabilities[[0, 1, 2], [4, 9, 7]] = 0.55
        >>> evaluation = Evaluation(np.array([4, 4, 7], np.uint8), probabilities)
        >>> round(evaluation.accuracy, 3), round(evaluation.loss, 3)
        (0.667, 1.397)
        >>> [(mistake.true, mistake.predicted) for mistake in evaluation.mistakes]
        [(4, 9)]
    """

    labels: np.ndarray
    probabilities: np.ndarray
    digest: str = ""

    @cached_property
    def is_finite(self) -> bool:
        """Whether all probabilities are numbers; a diverged network gives NaN."""
        return bool(np.isfinite(self.probabilities).all())

    @cached_property
    def predicted(self) -> np.ndarray:
        """The predicted digit of each image, (n,) int64."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def losses(self) -> np.ndarray:
        """The cross-entropy of each image, -log of its label's probability, (n,) float32."""
        label_probabilities = self.probabilities[np.arange(len(self.labels)), self.labels]
        return -np.log(np.maximum(label_probabilities, np.finfo(np.float32).tiny))

    @property
    def loss(self) -> float:
        """The mean cross-entropy."""
        return float(self.losses.mean())

    @property
    def accuracy(self) -> float:
        """The fraction of images classified correctly, 0..1."""
        return float((self.predicted == self.labels).mean())

    @cached_property
    def confusion(self) -> np.ndarray:
        """The confusion matrix, (10, 10) int64: rows are labels, columns predicted digits."""
        cells = self.labels.astype(np.int64) * 10 + self.predicted
        return np.bincount(cells, minlength=100).reshape(10, 10)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The images classified incorrectly, in the order of the split."""
        return [
            Mistake(
                index=int(index),
                true=int(self.labels[index]),
                predicted=int(self.predicted[index]),
                probabilities=self.probabilities[index],
            )
            for index in np.flatnonzero(self.predicted != self.labels)
        ]


def evaluate(classifier: Classifier, split: Split, digest: str = "") -> Evaluation:
    """Classify every image of a split.

    Args:
        classifier: Any loaded classifier.
        split: Images (n, 28, 28) uint8 with labels (n,) uint8.
        digest: Identifies the model and the images, for caches; may be empty.

    Raises:
        DatasetError: There are no images.

    Examples:
        >>> from mnist_core import Classifier
        >>> blank = Split(np.zeros((2, 28, 28), np.uint8), np.array([3, 5], np.uint8))
        >>> evaluate(Classifier.load(), blank).probabilities.shape
        (2, 10)
    """
    split.check_not_empty()
    return Evaluation(split.labels, classifier.probabilities(split.images), digest)
