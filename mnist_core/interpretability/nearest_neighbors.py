"""Nearest neighbors of an image among the training images, in a network's feature space.

The features are the outputs of the last hidden layer, from which the logits are computed. The
nearest training images show which digits the network considers similar, and their labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mnist_core.array_cache import CacheError, read_arrays, save_arrays
from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message

CHUNK = 2000


class NeighborError(MnistError):
    """An index cannot be built, or a saved one cannot be read."""


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
        features: (n, width) float32. `build_index` rounds them to half precision, in which they
            are saved: the file is half as large, and distances change by less than 0.1 %.
        digest: The digest of the same network's evaluation.

    Examples:
        >>> index = FeatureIndex(np.array([[0, 0], [3, 4], [1, 0]], np.float32))
        >>> index.query(np.zeros(2, np.float32), 2)
        Neighbors(indices=array([0, 2]), distances=array([0., 1.], dtype=float32))
    """

    features: np.ndarray
    digest: str = ""

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

    def save(self, path: Path) -> None:
        """Write the index as a NumPy archive, atomically."""
        save_arrays(path, self.digest, {"features": self.features.astype(np.float16)})

    @classmethod
    def load(cls, path: Path) -> FeatureIndex:
        """Read what `save` wrote.

        Raises:
            NeighborError: The file is missing or damaged.
        """
        try:
            digest, arrays = read_arrays(path)
            return cls(arrays["features"].astype(np.float32), digest)
        except (CacheError, KeyError) as error:
            raise NeighborError(
                message(
                    "The saved index {path} cannot be read; expected the file that this app "
                    "wrote. Delete it, and it will be computed again.",
                    path=path,
                )
            ) from error


def build_index(
    classifier: Classifier,
    images: np.ndarray,
    digest: str = "",
    on_progress: Callable[[float], None] = lambda fraction: None,
) -> FeatureIndex:
    """Compute the features of many images.

    Args:
        classifier: The network.
        images: (n, 28, 28) uint8 or float32 in 0..1, n at least 1.
        digest: The digest of the network's evaluation, for an index to be saved.
        on_progress: Called with the completed fraction, 0..1.

    Raises:
        NeighborError: A feature is NaN or infinite.
    """
    parts = []
    for start in range(0, len(images), CHUNK):
        parts.append(classifier.features(images[start : start + CHUNK]))
        on_progress(min(1.0, (start + CHUNK) / len(images)))
    features = np.concatenate(parts).astype(np.float16).astype(np.float32)
    if not np.isfinite(features).all():
        raise NeighborError(
            message(
                "The features of this network contain NaN, probably because its training "
                "diverged, so there are no nearest images. Choose another model or epoch."
            )
        )
    return FeatureIndex(features, digest)


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
        images: (n, 28, 28) uint8, the images to search.
        load_classifier: Called for the network if the index must be built.
        on_progress: As in `build_index`.

    Raises:
        NeighborError: A feature is NaN or infinite.
        ModelError: The network cannot be loaded.
    """
    try:
        index = FeatureIndex.load(path)
        if index.digest == digest and len(index.features) == len(images):
            return index
    except NeighborError:
        pass
    index = build_index(load_classifier(), images, digest, on_progress)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        index.save(path)
    except OSError:  # without a saved index it is built again next time
        pass
    return index
