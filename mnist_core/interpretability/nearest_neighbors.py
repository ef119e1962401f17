"""The training digits that look most alike to a network.

What its last hidden layer makes of an image is all that the network decides by. Training images
that lie near in these features show what it took the image for, and which labels it learnt there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier

CHUNK = 2000


class NeighborError(MnistError):
    """An index cannot be built, or a stored one cannot be read."""


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The nearest images: their indices, (count,) int64, and distances, (count,) float32."""

    indices: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True, eq=False)
class FeatureIndex:
    """The features of many images, (n, width) float32, to search among.

    They are kept in half precision, to which `build_index` rounds them: a file of half the size,
    and distances that differ by less than a thousandth.

    digest: that of the same network's evaluation.
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
            count: How many are wanted, at least 1.
        """
        candidates = min(4 * count, len(self.features))
        rough = self.squares - 2 * (self.features @ features)
        nearest = np.argpartition(rough, candidates - 1)[:candidates]
        # The rough distances come from differences of large numbers; few enough are left here
        # to measure them anew.
        distances = np.linalg.norm(self.features[nearest] - features, axis=1)
        order = np.lexsort((nearest, distances))[:count]
        return Neighbors(nearest[order], distances[order])

    def save(self, path: Path) -> None:
        """Write the index as a NumPy archive, whole or not at all."""
        with write_atomically(path) as temporary, temporary.open("wb") as file:
            np.savez(file, features=self.features.astype(np.float16), digest=self.digest)

    @classmethod
    def load(cls, path: Path) -> FeatureIndex:
        """Read what `save` wrote.

        Raises:
            NeighborError: The file is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                return cls(archive["features"].astype(np.float32), str(archive["digest"]))
        except Exception as error:  # NumPy and zipfile raise many types that share no base.
            raise NeighborError(
                f"The stored index {path} cannot be read; expected the file that this app wrote. "
                "Delete it and it will be computed anew."
            ) from error


def build_index(
    classifier: Classifier,
    images: np.ndarray,
    digest: str = "",
    on_progress: Callable[[float], None] = lambda share: None,
) -> FeatureIndex:
    """Compute the features of many images.

    Args:
        classifier: The network.
        images: (n, 28, 28) uint8 or float32 in 0..1, n at least 1.
        digest: That of the network's evaluation, for an index that is to be kept.
        on_progress: Called with the share of the images that is done, 0..1.

    Raises:
        NeighborError: The features are no numbers, as after a training that diverged.
    """
    parts = []
    for start in range(0, len(images), CHUNK):
        parts.append(classifier.features(images[start : start + CHUNK]))
        on_progress(min(1.0, (start + CHUNK) / len(images)))
    features = np.concatenate(parts).astype(np.float16).astype(np.float32)
    if not np.isfinite(features).all():
        raise NeighborError(
            "This network’s last layer gives values that are no numbers, as after a training that "
            "diverged, so that nothing is near to anything. Choose another model or epoch."
        )
    return FeatureIndex(features, digest)


def open_index(
    path: Path,
    digest: str,
    images: np.ndarray,
    load_classifier: Callable[[], Classifier],
    on_progress: Callable[[float], None] = lambda share: None,
) -> FeatureIndex:
    """Return the index kept in a file, built and written first where it is missing or outdated.

    Args:
        path: The file.
        digest: That of the network's evaluation.
        images: (n, 28, 28) uint8, the images to be searched.
        load_classifier: Called for the network where the index must be built.
        on_progress: As in `build_index`.

    Raises:
        NeighborError: The features are no numbers.
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
    except OSError:  # a folder that cannot be written costs a repetition, no more
        pass
    return index
