"""The smallest occlusion that changes a network's prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.scaling import as_float

LARGEST = 14  # side in pixels


@dataclass(frozen=True, eq=False)
class Occlusion:
    """An occluded square and the prediction for the occluded image.

    Attributes:
        top: The square's first row, from 0.
        left: The square's first column, from 0.
        side: The square's side in pixels.
        image: (28, 28) float32 in 0..1, the image with the square painted black.
        probabilities: (10,) float32, the probability of each digit for that image.
        inked: The number of occluded pixels with ink.
    """

    top: int
    left: int
    side: int
    image: np.ndarray
    probabilities: np.ndarray
    inked: int

    @property
    def predicted(self) -> int:
        """The predicted digit for the occluded image."""
        return int(self.probabilities.argmax())


def find_minimal_occlusion(
    classifier: Classifier, image: np.ndarray, largest: int = LARGEST
) -> Occlusion | None:
    """Find the smallest square that changes the prediction when it is painted black.

    All squares of one side are tried before the next larger side. Among several, the one that
    occludes the least ink is chosen, then the one with the highest probability of the new digit.

    Args:
        classifier: The network.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.
        largest: The largest side tried, 1 to 28.

    Returns:
        The occlusion; None if no square up to `largest` changes the prediction.

    Examples:
        >>> from mnist_core import load_mnist
        >>> occlusion = find_minimal_occlusion(Classifier.load(), load_mnist().test.images[18])
        >>> 0 < occlusion.side < 28, occlusion.predicted == 3
        (True, False)
    """
    original = as_float(image)
    before = int(classifier.probabilities(original[np.newaxis])[0].argmax())
    for side in range(1, largest + 1):
        corners = find_squares(original, side)
        if len(corners) == 0:
            return None
        occluded = occlude_squares(original, corners, side)
        probabilities = classifier.probabilities(occluded)
        changed = np.flatnonzero(probabilities.argmax(axis=1) != before)
        if len(changed):
            inked = ((original > 0) & (occluded[changed] == 0)).sum(axis=(1, 2))
            best = np.lexsort((-probabilities[changed].max(axis=1), inked))[0]
            chosen = changed[best]
            top, left = (int(offset) for offset in corners[chosen])
            return Occlusion(
                top, left, side, occluded[chosen], probabilities[chosen], int(inked[best])
            )
    return None


def find_squares(image: np.ndarray, side: int) -> np.ndarray:
    """Return the upper left corners of all squares of one side that contain ink.

    Args:
        image: (h, w), ink above 0.
        side: The squares' side, 1 to h and w.

    Returns:
        (n, 2) int64, row by row.
    """
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))
    return np.argwhere(windows.any(axis=(2, 3)))


def occlude_squares(image: np.ndarray, corners: np.ndarray, side: int) -> np.ndarray:
    """Return copies of an image, (h, w) to (n, h, w), each with one of n squares painted black."""
    occluded = np.repeat(image[np.newaxis], len(corners), axis=0)
    for copy, (top, left) in zip(occluded, corners, strict=True):
        copy[top : top + side, left : left + side] = 0
    return occluded
