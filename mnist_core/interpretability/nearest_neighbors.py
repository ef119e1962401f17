"""Nearest neighbors of an image among the training images, in a network's feature space.

The features are the outputs of the last hidden layer, from which the logits are computed, or a
projection of them if they are very many (`reduced_features`). The nearest training images show
which digits the network considers similar, and their labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mnist_core.array_cache import load_or_compute
from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.reduced_features import MAX_FEATURES, compute_reduced_features
from mnist_core.messages import message

CHUNK = 2000


class NeighborError(MnistError):
    """An index cannot be built."""


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The nearest images, the nearest first.

    Attributes:
        indices: (count,) int64.
        distances: (count,) float32, Euclidean.
    """

    indices: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True, eq=False)
class FeatureIndex:
    """The features of many images, for nearest-neighbor search.

    Attributes:
        features: (n, width) float32. `open_index` rounds them to half precision, in which they
            are saved: the file is half as large, and distances change by less than 0.1 %.

    Examples:
        >>> index = FeatureIndex(np.array([[0, 0], [3, 4], [1, 0]], np.float32))
        >>> index.query(np.zeros(2, np.float32), 2)
        Neighbors(indices=array([0, 2]), distances=array([0., 1.], dtype=float32))
    """

    features: np.ndarray

    @cached_property
    def squares(self) -> np.ndarray:
        """The squared length of each row, (n,) float32."""
        return np.einsum("ij,ij->i", self.features, self.features)

    def query(self, features: np.ndarray, count: int) -> Neighbors:
        """Find the rows nearest by Euclidean distance, the nearest first.

        Args:
            features: (width,) float32.
            count: The number of neighbors, at least 1; fewer are returned if there are fewer rows.
        """
        candidates = min(4 * count, len(self.features))
        approximate = self.squares - 2 * (self.features @ features)
        nearest = np.argpartition(approximate, candidates - 1)[:candidates]
        # These are differences of large numbers and inexact, so the exact distances of the few
        # candidates are computed.
        distances = np.linalg.norm(self.features[nearest] - features, axis=1)
        order = np.lexsort((nearest, distances))[:count]
        return Neighbors(nearest[order], distances[order])


def open_index(
    path: Path,
    digest: str,
    images: np.ndarray,
    load_classifier: Callable[[], Classifier],
    on_progress: Callable[[float], None] = lambda fraction: None,
) -> FeatureIndex:
    """Return the saved index, built and saved first if it is missing, damaged or outdated.

    Args:
        path: The file.
        digest: The digest of the network's evaluation.
        images: (n, 28, 28) uint8, the images to search, n at least 1.
        load_classifier: Called for the network if the index must be built.
        on_progress: Called with the completed fraction, 0..1, while the index is built.

    Raises:
        NeighborError: A feature is NaN or infinite.
        ModelError: The network cannot be loaded.
    """

    def compute() -> dict[str, np.ndarray]:
        return {"features": _compute_features(load_classifier(), images, on_progress)}

    def is_valid(arrays: Mapping[str, np.ndarray]) -> bool:
        if arrays.keys() != {"features"} or arrays["features"].ndim != 2:
            return False
        count, width = arrays["features"].shape
        return count == len(images) and width <= MAX_FEATURES

    arrays = load_or_compute(path, digest, compute, is_valid)
    return FeatureIndex(arrays["features"].astype(np.float32))


def _compute_features(
    classifier: Classifier, images: np.ndarray, on_progress: Callable[[float], None]
) -> np.ndarray:
    """Return the features of many images, (n, width) float16.

    Raises:
        NeighborError: A feature is NaN or infinite.
    """
    parts = []
    for start in range(0, len(images), CHUNK):
        part = compute_reduced_features(classifier, images[start : start + CHUNK])
        parts.append(part.astype(np.float16))
        if not np.isfinite(parts[-1]).all():
            raise NeighborError(
                message(
                    "The features of this network contain NaN, probably because its training "
                    "diverged, so there are no nearest images. Choose another model or epoch."
                )
            )
        on_progress(min(1.0, (start + CHUNK) / len(images)))
    return np.concatenate(parts)
