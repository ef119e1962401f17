"""The smallest erasure that changes a network's answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.classifier import Classifier

LARGEST = 14


@dataclass(frozen=True, eq=False)
class Erasure:
    """A square painted black, and what the network then reads.

    top, left, side: the square in pixels. image: (28, 28) float32 in 0..1, what remains.
    probabilities: (10,) float32. inked: how many pixels with ink it took away.
    """

    top: int
    left: int
    side: int
    image: np.ndarray
    probabilities: np.ndarray
    inked: int

    @property
    def answer(self) -> int:
        """The digit that is read after the erasure."""
        return int(self.probabilities.argmax())


def find_smallest_erasure(
    classifier: Classifier, image: np.ndarray, largest: int = LARGEST
) -> Erasure | None:
    """Find the smallest square that changes the answer when it is painted black.

    Every square of a side is tried before the next larger side, so that no smaller one would do.
    Of several, the one that takes the least ink is chosen, and of those the one after which the
    network is surest.

    Args:
        classifier: The network.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.
        largest: The side at which the search ends, 1 to 28.

    Returns:
        The erasure, or None where no square up to `largest` changes the answer.
    """
    whole = image / np.float32(255) if image.dtype == np.uint8 else image.astype(np.float32)
    before = int(classifier.probabilities(whole[np.newaxis])[0].argmax())
    for side in range(1, largest + 1):
        corners = _find_squares(whole, side)
        erased = np.repeat(whole[np.newaxis], len(corners), axis=0)
        for picture, (top, left) in zip(erased, corners, strict=True):
            picture[top : top + side, left : left + side] = 0
        if len(erased) == 0:
            return None
        probabilities = classifier.probabilities(erased)
        changed = np.flatnonzero(probabilities.argmax(axis=1) != before)
        if len(changed):
            inked = ((whole > 0) & (erased[changed] == 0)).sum(axis=(1, 2))
            best = np.lexsort((-probabilities[changed].max(axis=1), inked))[0]
            chosen = changed[best]
            top, left = (int(place) for place in corners[chosen])
            return Erasure(top, left, side, erased[chosen], probabilities[chosen], int(inked[best]))
    return None


def _find_squares(image: np.ndarray, side: int) -> np.ndarray:
    """Return the upper left corners, (n, 2), of all squares in the image that hold ink."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))
    return np.argwhere(windows.any(axis=(2, 3)))
