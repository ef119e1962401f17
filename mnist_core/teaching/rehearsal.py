"""Features of MNIST images, which keep a network from forgetting MNIST while it is taught.

A network that learns from new images alone forgets the earlier ones (McCloskey and Cohen,
"Catastrophic interference in connectionist networks", 1989). So what it learns from contains
earlier images too, which is called rehearsal (Robins, 1995). Their features are computed once for
each network, which takes some seconds, and cached in memory and beside its file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np

from mnist_core.array_cache import load_or_compute
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.teaching.features import THREADS, cached_features

TRAINING_IMAGES = 6_000  # the first ones of the training split
CHUNK = 500


def load_rehearsed_features(base: Classifier) -> np.ndarray:
    """Return a network's features of the MNIST images that are rehearsed, (m, width) float32.

    Raises:
        DatasetError: MNIST cannot be read.
    """
    return load_features(base, _read_images(os.environ.get("MNIST_DATA_DIR")), "rehearsal")


def load_features(base: Classifier, split: Split, name: str) -> np.ndarray:
    """Return a network's features of a split, from memory or from the cache beside its file.

    Where that file cannot be written, as in an installed package, each process computes them once.

    Args:
        base: The network.
        split: The images.
        name: Names the file of the cache, such as "rehearsal".

    Returns:
        (n, width) float32, as `Classifier.features` gives them; not to be changed.
    """

    def compute() -> Mapping[str, np.ndarray]:
        return {"features": compute_features(base, split.images)}

    def is_valid(arrays: Mapping[str, np.ndarray]) -> bool:
        features = arrays.get("features")
        return (
            arrays.keys() == {"features"}
            and features is not None
            and features.ndim == 2
            and len(features) == len(split.labels)
            and features.dtype == np.float32
        )

    digest = hashlib.sha256(base.graph + split.images.tobytes()).hexdigest()
    features = cached_features.get(digest)
    if features is None:
        path = base.path.with_suffix(f".{name}.npz")
        features = load_or_compute(path, digest, compute, is_valid)["features"]
        cached_features.keep(digest, features)
    return features


def compute_features(base: Classifier, images: np.ndarray) -> np.ndarray:
    """Return the output of the last hidden layer, (n, width) float32, by several threads.

    Args:
        base: The network.
        images: (n, 28, 28) uint8, n at least 1.
    """
    chunks = [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]
    with ThreadPoolExecutor(THREADS) as pool:
        return np.concatenate(list(pool.map(base.features, chunks)))


@lru_cache(maxsize=2)
def _read_images(folder: str | None) -> Split:
    """Return the images that are rehearsed. Reading MNIST takes longer than teaching."""
    train = load_mnist(folder).train
    return Split(train.images[:TRAINING_IMAGES].copy(), train.labels[:TRAINING_IMAGES].copy())
