"""The mean image per digit, and the distances of images to it.

Distances are Euclidean, over the 784 pixels scaled to 0..1. Assigning each image to the nearest
mean is one of the simplest classifiers (nearest centroid).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import Split

DIGITS = 10
LEVELS = 256


@dataclass(frozen=True, eq=False)
class ClassMeans:
    """Per-digit means and pixel statistics of a split.

    Attributes:
        means: (10, 28, 28) float32 in 0..1, all 0 for a digit that does not occur.
        counts: (10,) int64, the number of images per digit.
        histogram: (256,) int64, how often each raw value occurs among all pixels.
    """

    means: np.ndarray
    counts: np.ndarray
    histogram: np.ndarray

    @property
    def mean(self) -> float:
        """The mean of all pixels, scaled to 0..1."""
        return float(self.histogram @ _LEVELS / self.histogram.sum())

    @property
    def std(self) -> float:
        """The standard deviation of all pixels, scaled to 0..1."""
        variance = self.histogram @ (_LEVELS - self.mean) ** 2 / self.histogram.sum()
        return float(np.sqrt(variance))

    def distances(self, image: np.ndarray) -> np.ndarray:
        """Return the distance of an image, (28, 28) float32 in 0..1, to each mean, (10,)."""
        return np.sqrt(((self.means - image) ** 2).sum(axis=(1, 2)))


_LEVELS = np.arange(LEVELS) / (LEVELS - 1)


def compute_class_means(split: Split) -> ClassMeans:
    """Compute the mean image per digit.

    Examples:
        >>> images = np.zeros((2, 28, 28), np.uint8)
        >>> images[0] = 255
        >>> means = compute_class_means(Split(images, np.array([3, 3], np.uint8)))
        >>> float(means.means[3, 0, 0]), int(means.counts[3]), means.mean
        (0.5, 2, 0.5)
    """
    means = np.zeros((DIGITS, *split.images.shape[1:]), np.float32)
    histogram = np.zeros(LEVELS, np.int64)
    for digit in range(DIGITS):
        images = split.images[split.labels == digit]
        if len(images):
            means[digit] = images.mean(axis=0) / (LEVELS - 1)
            histogram += np.bincount(images.ravel(), minlength=LEVELS)
    counts = np.bincount(split.labels, minlength=DIGITS)
    return ClassMeans(means, counts, histogram)


def distance_to_mean(split: Split, means: np.ndarray) -> np.ndarray:
    """Return the distance of each image to the mean of its own digit, (n,) float32.

    Args:
        split: The images and their labels.
        means: (10, 28, 28) float32 in 0..1.
    """
    distances = np.zeros(len(split.labels), np.float32)
    for digit in range(DIGITS):
        own = split.labels == digit
        differences = split.images[own] / np.float32(LEVELS - 1) - means[digit]
        distances[own] = np.sqrt((differences**2).sum(axis=(1, 2)))
    return distances


def rank_by_distance(labels: np.ndarray, distances: np.ndarray, digit: int) -> np.ndarray:
    """Return the indices of a digit's images, the farthest from its mean first.

    Args:
        labels: (n,) uint8 in 0..9.
        distances: (n,) float32, as `distance_to_mean` returns them.
        digit: The label of the images to rank, 0..9.
    """
    own = np.flatnonzero(labels == digit)
    return own[np.argsort(-distances[own], kind="stable")]
