"""How well a classifier reads a split: accuracy, loss, confusions and mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.errors import MnistError
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier


class EvaluationError(MnistError):
    """A stored evaluation cannot be read."""


@dataclass(frozen=True)
class Mistake:
    """An image that was read wrongly; `probabilities` is (10,) float32."""

    index: int
    true: int
    predicted: int
    probabilities: np.ndarray


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A classifier's answers to a whole split, and what follows from them.

    labels: (n,) uint8, the given labels. probabilities: (n, 10) float32. digest: the
    SHA-256 of the model's file and the images, for an evaluation that is kept.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    digest: str = ""

    @cached_property
    def predicted(self) -> np.ndarray:
        """The likeliest digit of each image, (n,) int64."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def losses(self) -> np.ndarray:
        """Each image's cross-entropy: minus the logarithm of its label's probability, (n,)."""
        given = self.probabilities[np.arange(len(self.labels)), self.labels]
        return -np.log(np.maximum(given, np.finfo(np.float32).tiny))

    @property
    def loss(self) -> float:
        """The mean cross-entropy."""
        return float(self.losses.mean())

    @property
    def accuracy(self) -> float:
        """The share of images that were read as labeled, 0..1."""
        return float((self.predicted == self.labels).mean())

    @cached_property
    def confusion(self) -> np.ndarray:
        """(10, 10) int64: the number of images by given label (rows) and answer (columns)."""
        cells = self.labels.astype(np.int64) * 10 + self.predicted
        return np.bincount(cells, minlength=100).reshape(10, 10)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The images that were read wrongly, in the order of the split."""
        return [
            Mistake(
                index=int(index),
                true=int(self.labels[index]),
                predicted=int(self.predicted[index]),
                probabilities=self.probabilities[index],
            )
            for index in np.flatnonzero(self.predicted != self.labels)
        ]

    def save(self, path: Path) -> None:
        """Write the evaluation as a NumPy archive, whole or not at all."""
        with write_atomically(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                labels=self.labels,
                probabilities=self.probabilities,
                digest=self.digest,
            )

    @classmethod
    def load(cls, path: Path) -> Evaluation:
        """Read what `save` wrote.

        Raises:
            EvaluationError: The file is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                return cls(archive["labels"], archive["probabilities"], str(archive["digest"]))
        except Exception as error:  # NumPy and zipfile raise many types that share no base.
            raise EvaluationError(
                f"The stored evaluation {path} cannot be read; expected the file that a training "
                "run writes at its end. Delete it and it will be computed anew."
            ) from error


def evaluate(classifier: Classifier, split: Split, digest: str = "") -> Evaluation:
    """Classify every image of a split.

    Args:
        classifier: Any loaded classifier.
        split: Images (n, 28, 28) uint8 with labels (n,) uint8.
        digest: The SHA-256 of the model's file and the images, where the answers are to be kept.
    """
    return Evaluation(split.labels, classifier.probabilities(split.images), digest)
