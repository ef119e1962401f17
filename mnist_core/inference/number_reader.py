"""Reading of whole numbers from left to right.

`segmentation` proposes regions that may be digits, `digit_segmenter` chooses among them, and the
classifier classifies each digit as if it had been drawn alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_segmenter import best_path
from mnist_core.inference.segmentation import Box, propose_regions
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.drawing import extract_ink


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """One digit of a number.

    Attributes:
        box: The bounding box on the canvas.
        image: (28, 28) float32 in 0..1, the network's input.
        probabilities: (10,) float32, the probability of each digit.
    """

    box: Box
    image: np.ndarray
    probabilities: np.ndarray

    @property
    def digit(self) -> int:
        """The predicted digit, 0..9."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of the predicted digit, 0..1."""
        return float(self.probabilities.max())


@dataclass(frozen=True)
class NumberReading:
    """The result of reading a number.

    Attributes:
        digits: The digits from left to right; empty for a blank canvas.
    """

    digits: tuple[ReadDigit, ...]

    @property
    def text(self) -> str:
        """The number, with its leading zeros."""
        return "".join(str(digit.digit) for digit in self.digits)


def read_number(classifier: Classifier, pixels: np.ndarray | None) -> NumberReading:
    """Read a line of digits.

    A digit may consist of several pieces, and digits may overlap or touch a little; the order of
    the strokes does not matter. Several lines are read as one.

    Args:
        classifier: The classifier.
        pixels: A canvas of any width, in the formats of `prepare_drawing`; None is blank.

    Raises:
        DrawingError: The array is of another shape, type or range.
        ModelError: The digit segmenter is missing or damaged.

    Examples:
        >>> from mnist_core import load_mnist
        >>> seven, two, one = load_mnist().test.images[:3]
        >>> number = read_number(Classifier.load(), np.hstack([seven, two, one]))
        >>> number.text
        '721'
    """
    regions = [] if pixels is None else best_path(propose_regions(extract_ink(pixels)))
    normalized = [(region.box, normalize_ink(region.ink)) for region in regions]
    inputs = [(box, image) for box, image in normalized if image is not None]
    if not inputs:
        return NumberReading(())
    probabilities = classifier.probabilities(np.stack([image for _, image in inputs]))
    return NumberReading(
        tuple(
            ReadDigit(box, image, row)
            for (box, image), row in zip(inputs, probabilities, strict=True)
        )
    )
