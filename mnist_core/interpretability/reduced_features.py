"""Features for distances and plots: those of the last hidden layer, or a projection of very many.

Most networks have some hundred features per image. One without a dense layer before its logits has
all values of its last feature maps, up to 401,408. Of 60,000 images they would take gigabytes, and
their principal components minutes. More than `MAX_FEATURES` are therefore projected on as many
random directions, which nearly keeps distances (Johnson and Lindenstrauss, "Extensions of Lipschitz
mappings into a Hilbert space", 1984): with 1,024, the error of a distance has a standard deviation
of about 2 %.

The random matrix is sparse: each feature is added to `TERMS` of the sums, with random signs (Kane
and Nelson, "Sparser Johnson–Lindenstrauss transforms", 2014). Its distances are as accurate as
those of a matrix of normally distributed numbers. It is ten times as fast, and takes 26 MB instead
of 1.6 GB for 401,408 features.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.inference.classifier import Classifier

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MAX_FEATURES = 1024
TERMS = 8
CHUNK_VALUES = 13_000_000  # 52 MB


def compute_reduced_features(classifier: Classifier, images: np.ndarray) -> np.ndarray:
    """Return a network's features, or a random projection of them if they are very many.

    Args:
        classifier: The network.
        images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255, n at least 1.

    Returns:
        (n, width) float32: `Classifier.features` if they are at most `MAX_FEATURES`, else their
        projection, of which `MAX_FEATURES` is the width. It is the same for all networks with
        equally many features.

    Examples:
        >>> from mnist_core import load_mnist
        >>> images = load_mnist().test.images[:3]
        >>> compute_reduced_features(Classifier.load(), images).shape
        (3, 128)
    """
    if classifier.feature_count <= MAX_FEATURES:
        return classifier.features(images)
    matrix = _draw_matrix(classifier.feature_count)
    reduced = np.empty((len(images), MAX_FEATURES), np.float32)
    step = max(1, CHUNK_VALUES // classifier.feature_count)
    for start in range(0, len(images), step):
        reduced[start : start + step] = classifier.features(images[start : start + step]) @ matrix
    return reduced


@lru_cache(maxsize=2)
def _draw_matrix(width: int) -> csr_array:
    """Return the random matrix, (width, MAX_FEATURES) float32 with `TERMS` values in each row."""
    # Imported here, because importing SciPy delays the start of the app.
    from scipy.sparse import csr_array

    # Indices of projected features are saved, so the matrix must never change. Unlike those of
    # `default_rng`, the numbers of `RandomState` are the same in all versions of NumPy (NEP 19).
    random = np.random.RandomState(0)
    part = MAX_FEATURES // TERMS  # each term is in a part of its own, so that no two coincide
    columns = random.randint(part, size=(width, TERMS), dtype=np.int32)
    columns += np.arange(TERMS, dtype=np.int32) * part
    signs = random.randint(2, size=(width, TERMS), dtype=np.int32) * 2 - 1
    values = signs.astype(np.float32) / np.float32(np.sqrt(TERMS))
    starts = np.arange(0, width * TERMS + 1, TERMS, dtype=np.int32)
    return csr_array((values.ravel(), columns.ravel(), starts), shape=(width, MAX_FEATURES))
