"""Whole numbers, read from left to right.

`segmentation` proposes regions that may be digits, `digit_segmenter` chooses among them, and the
classifier predicts each as if it had been drawn alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_segmenter import best_path
from mnist_core.inference.segmentation import Box, propose_regions
from mnist_core.preprocessing.drawing import extract_ink
from mnist_core.preprocessing.normalization import normalize_ink


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """One digit of a number.

    box: where it stands on the canvas. image: (28, 28) float32 in 0..1, what the network saw.
    probabilities: (10,) float32.
    """

    box: Box
    image: np.ndarray
    probabilities: np.ndarray

    @property
    def digit(self) -> int:
        """The likeliest digit."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of the likeliest digit."""
        return float(self.probabilities.max())


@dataclass(frozen=True)
class NumberReading:
    """The digits of a number from left to right; none on a blank canvas."""

    digits: tuple[ReadDigit, ...]

    @property
    def text(self) -> str:
        """The number, with its leading zeros."""
        return "".join(str(digit.digit) for digit in self.digits)


def read_number(classifier: Classifier, pixels: np.ndarray | None) -> NumberReading:
    """Read a line of digits.

    Digits may stand in pieces, lean over each other and touch a little; the order in which
    their strokes were drawn does not matter. Several lines are read as one.

    Args:
        classifier: Any loaded classifier.
        pixels: As for `prepare_drawing`, of any width; None is blank.

    Raises:
        DrawingError: The array is of another shape, type or range.
        ModelError: The network that parts digits is missing or damaged.
    """
    regions = [] if pixels is None else best_path(propose_regions(extract_ink(pixels)))
    framed = [(region.box, normalize_ink(region.ink)) for region in regions]
    digits = [(box, image) for box, image in framed if image is not None]
    if not digits:
        return NumberReading(())
    probabilities = classifier.probabilities(np.stack([image for _, image in digits]))
    return NumberReading(
        tuple(
            ReadDigit(box, image, answer)
            for (box, image), answer in zip(digits, probabilities, strict=True)
        )
    )
