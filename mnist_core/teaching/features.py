"""Features of drawings, which the instant teaching learns from, and a cache of features."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.inference.classifier import Classifier
from mnist_core.teaching.drawings import vary

THREADS = 2
MAX_CACHED_BYTES = 2**28  # of all networks; with 128 features, a drawing and 12 copies take 7 kB


class FeatureCache:
    """The arrays of features that were used last. Safe to use from several threads.

    Args:
        max_bytes: The size of all arrays together, at most; a larger one is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = Lock()
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()

    def get(self, key: Hashable) -> np.ndarray | None:
        """Return an array, which must not be changed; None if it is not here."""
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
            return self._arrays.get(key)

    def keep(self, key: Hashable, features: np.ndarray) -> None:
        """Keep an array, and forget as many as needed, those whose last use is longest ago."""
        with self._lock:
            if key in self._arrays or features.nbytes > self._max_bytes:
                return
            self._arrays[key] = features
            self._bytes += features.nbytes
            while self._bytes > self._max_bytes:
                self._bytes -= self._arrays.popitem(last=False)[1].nbytes


cached_features = FeatureCache(MAX_CACHED_BYTES)


def load_varied_features(base: Classifier, drawings: Split, copies: int, seed: int) -> np.ndarray:
    """Return a network's features of drawings and of changed copies of them; see `vary`.

    Those of drawings that it was taught before are still in memory, if there is room for them. A
    drawing has the same features, to the last bit, whatever the others are.

    Args:
        base: The network.
        drawings: The drawings, n at least 1.
        copies: Changed copies of each.
        seed: The seed of the changes.

    Returns:
        (n, 1 + copies, width) float32.
    """
    network = hashlib.sha256(base.graph).digest()
    keys = [
        (network, copies, seed, int(label), image.tobytes())
        for image, label in zip(drawings.images, drawings.labels, strict=True)
    ]
    found = {key: cached for key in keys if (cached := cached_features.get(key)) is not None}
    new = [index for index, key in enumerate(keys) if key not in found]
    if new:
        varied = vary(Split(drawings.images[new], drawings.labels[new]), copies, seed)
        # Each drawing by itself: of many images at a time, the features are rounded differently.
        with ThreadPoolExecutor(THREADS) as pool:
            for index, features in zip(new, pool.map(base.features, varied), strict=True):
                found[keys[index]] = features
                cached_features.keep(keys[index], features)
    return np.stack([found[key] for key in keys])
