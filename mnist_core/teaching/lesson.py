"""What the instant teaching learns from: the features of the drawings and of MNIST."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from mnist_core.teaching.drawings import TeachingError, check_drawings
from mnist_core.teaching.features import load_varied_features
from mnist_core.teaching.last_layer import LastLayer, fit_last_layer, read_last_layer
from mnist_core.teaching.rehearsal import load_features, load_rehearsed_features

# Changed copies of each drawing: 12 of up to 500 drawings; more of them, which vary enough, have
# fewer. In few steps, since at each of them the features of all copies are computed again.
COPIES = (12, 6, 3, 1, 0)
MAX_IMAGES = 6_500  # of drawings with copies

ALREADY_TAUGHT = message(
    "This model was taught drawings before, perhaps the same ones, so that what teaching changes "
    "cannot be measured on them. Choose a model that was not taught."
)


@dataclass(frozen=True, eq=False)
class Lesson:
    """Drawings and MNIST images as the features of a network whose last layer is taught.

    Attributes:
        layer: The last layer before the teaching.
        features: (n, 1 + copies, width) float32, of each drawing and its changed copies.
        labels: (n,) uint8 in 0..9.
        rehearsed: (m, width) float32, of MNIST training images.
    """

    layer: LastLayer
    features: np.ndarray
    labels: np.ndarray
    rehearsed: np.ndarray

    def fit(self, rehearsal: float = 1.0, left_out: np.ndarray | None = None) -> LastLayer:
        """Teach the last layer.

        Args:
            rehearsal: How much MNIST counts, 0 to 1.
            left_out: Indices of drawings that are not taught, at least one less than all.
        """
        taught = np.ones(len(self.labels), bool)
        if left_out is not None:
            taught[left_out] = False
        return fit_last_layer(
            self.layer, self.features[taught], self.labels[taught], self.rehearsed, rehearsal
        )

    def cross_validate(self, folds: list[np.ndarray], rehearsal: float = 1.0) -> np.ndarray:
        """Return the digits predicted for the drawings by layers that were not taught them, (n,).

        Args:
            folds: The indices of the drawings of each fold, at least two folds.
            rehearsal: How much MNIST counts, 0 to 1.
        """
        predicted = np.empty(len(self.labels), np.int64)
        for fold in folds:
            layer = self.fit(rehearsal, fold)
            predicted[fold] = layer.predict(self.features[fold, 0])
        return predicted


def prepare_measurement(
    images: np.ndarray, labels: np.ndarray, test: Split, base: Classifier | None, seed: int
) -> tuple[Lesson, np.ndarray]:
    """Return what a measurement of the teaching needs: the lesson, and features of other images.

    Args:
        images: (n, 28, 28) float32 in 0..1, prepared drawings; n at least 1.
        labels: (n,) integers in 0..9.
        test: MNIST's test split.
        base: The network to teach; None for the app's default model.
        seed: The seed of the changed copies.

    Returns:
        The lesson, and the features of the test images, (m, width) float32.

    Raises:
        TeachingError: The drawings cannot be used, or the network cannot be taught, or was before.
        DatasetError: MNIST cannot be read.
        ModelError: The app's default model is missing or damaged.
    """
    drawings = check_drawings(images, labels)
    base = base or Classifier.load()
    if base.is_taught:
        raise TeachingError(ALREADY_TAUGHT)
    return prepare_lesson(drawings, base, seed), load_features(base, test, "test")


def prepare_lesson(drawings: Split, base: Classifier, seed: int) -> Lesson:
    """Return the features of drawings and of MNIST; only those that are not cached are computed.

    Args:
        drawings: The drawings, checked.
        base: The network to teach.
        seed: The seed of the changed copies.

    Raises:
        TeachingError: The network's last layer cannot be taught.
        DatasetError: MNIST cannot be read.
    """
    count = len(drawings.labels)
    copies = next((each for each in COPIES if count * (1 + each) <= MAX_IMAGES), 0)
    return Lesson(
        layer=read_last_layer(base),
        features=load_varied_features(base, drawings, copies, seed),
        labels=drawings.labels,
        rehearsed=load_rehearsed_features(base),
    )
