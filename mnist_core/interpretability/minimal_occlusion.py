"""The smallest erasure that changes a network's answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.scaling import as_float

LARGEST = 14


@dataclass(frozen=True, eq=False)
class Occlusion:
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


def find_minimal_occlusion(
    classifier: Classifier, image: np.ndarray, largest: int = LARGEST
) -> Occlusion | None:
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
    whole = as_float(image)
    before = int(classifier.probabilities(whole[np.newaxis])[0].argmax())
    for side in range(1, largest + 1):
        corners = find_squares(whole, side)
        if len(corners) == 0:
            return None
        erased = erase_squares(whole, corners, side)
        probabilities = classifier.probabilities(erased)
        changed = np.flatnonzero(probabilities.argmax(axis=1) != before)
        if len(changed):
            inked = ((whole > 0) & (erased[changed] == 0)).sum(axis=(1, 2))
            best = np.lexsort((-probabilities[changed].max(axis=1), inked))[0]
            chosen = changed[best]
            top, left = (int(place) for place in corners[chosen])
            return Occlusion(
                top, left, side, erased[chosen], probabilities[chosen], int(inked[best])
            )
    return None


def find_squares(image: np.ndarray, side: int) -> np.ndarray:
    """Return the upper left corners of all squares of a side in an image that hold ink.

    Args:
        image: (h, w), ink above 0.
        side: The squares' side, 1 to h and w.

    Returns:
        (n, 2) int64, row by row.
    """
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))
    return np.argwhere(windows.any(axis=(2, 3)))


def erase_squares(image: np.ndarray, corners: np.ndarray, side: int) -> np.ndarray:
    """Return copies of an image, (h, w) to (n, h, w), each with one of n squares painted black."""
    erased = np.repeat(image[np.newaxis], len(corners), axis=0)
    for picture, (top, left) in zip(erased, corners, strict=True):
        picture[top : top + side, left : left + side] = 0
    return erased
