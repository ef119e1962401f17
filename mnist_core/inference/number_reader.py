"""Reading of whole numbers from left to right.

`segmentation` proposes regions that may be digits, `digit_segmenter` finds the most probable
sequence of them, and the classifier classifies each digit as if it had been drawn alone.
`digit_confidence` says how probable each result is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_confidence import (
    ConfidenceWeights,
    combine,
    digit_features,
    estimate,
    log_odds,
)
from mnist_core.inference.digit_segmenter import (
    classify_regions,
    find_best_path,
    load_segmenter,
    measure_path_fractions,
)
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.ood import OodDetector
from mnist_core.inference.segmentation import Box, Proposals, Region, propose_regions
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.drawing import extract_ink


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """One digit of a number.

    Attributes:
        box: The bounding box on the canvas.
        image: (28, 28) float32 in 0..1, the classifier's input.
        probabilities: (10,) float32, the probability of each digit, if this is a digit.
        confidence: The probability that this is a digit and was read correctly, 0..1: calibrated
            on composed numbers.
        is_doubtful: Whether the confidence is too low to rely on the digit.
    """

    box: Box
    image: np.ndarray
    probabilities: np.ndarray
    confidence: float
    is_doubtful: bool

    @property
    def digit(self) -> int:
        """The predicted digit, 0..9."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of the predicted digit, 0..1, if this is a digit."""
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

    @property
    def doubtful_digits(self) -> int:
        """How many digits are doubtful."""
        return sum(digit.is_doubtful for digit in self.digits)

    @property
    def lowest_confidence(self) -> float:
        """The lowest confidence of its digits, 1 without any."""
        return min((digit.confidence for digit in self.digits), default=1.0)


@dataclass(frozen=True, eq=False)
class FoundDigits:
    """The most probable sequence of regions of a line, and what the networks make of them.

    Attributes:
        regions: The regions from left to right, n of them.
        images: (n, 28, 28) float32 in 0..1, each region prepared for the classifier.
        probabilities: (n, 10) float32, of each digit, if the region is a digit.
        features: (n, 5) float64, from `digit_features`.
    """

    regions: list[Region]
    images: np.ndarray
    probabilities: np.ndarray
    features: np.ndarray

    def read(self, weights: ConfidenceWeights) -> NumberReading:
        """Return the digits with their confidence."""
        confidences = 1 / (1 + np.exp(-estimate(self.features, weights.values)))
        rows = zip(self.regions, self.images, self.probabilities, confidences, strict=True)
        return NumberReading(
            tuple(
                ReadDigit(
                    region.box,
                    image,
                    probabilities,
                    float(confidence),
                    bool(confidence < weights.min_confidence),
                )
                for region, image, probabilities, confidence in rows
            )
        )


def read_number(
    classifier: Classifier,
    pixels: np.ndarray | None,
    strokes: Sequence[np.ndarray] | None = None,
) -> NumberReading:
    """Read a line of digits.

    A digit may consist of several pieces, and digits may overlap or touch. With the strokes of the
    pen, digits are runs of strokes in time, and a bar may be added later. Without them, or if the
    result is more certain, the ink is cut, and the order of the strokes does not matter. Several
    lines are read as one.

    Args:
        classifier: The classifier.
        pixels: A canvas of any width, in the formats of `prepare_drawing`; None is blank.
        strokes: (n, 2) float arrays, x and y in pixels of the canvas, in the order drawn; None if
            they are unknown.

    Raises:
        DrawingError: The pixels or a stroke are of another shape, type or range.
        ModelError: A network that comes with the app is missing or damaged.

    Examples:
        >>> from mnist_core import load_mnist
        >>> seven, two, one = load_mnist().test.images[:3]
        >>> number = read_number(Classifier.load(), np.hstack([seven, two, one]))
        >>> number.text
        '721'
    """
    if pixels is None:
        return NumberReading(())
    ink = extract_ink(pixels)
    segmenter = load_segmenter()
    weights = ConfidenceWeights.from_metadata(segmenter.metadata)
    reading = find_digits(classifier, segmenter, propose_regions(ink, strokes)).read(weights)
    if strokes and reading.doubtful_digits:  # for example, two digits in one stroke
        from_ink = find_digits(classifier, segmenter, propose_regions(ink)).read(weights)
        if from_ink.lowest_confidence > reading.lowest_confidence:
            return from_ink
    return reading


def find_digits(classifier: Classifier, segmenter: OnnxModel, proposals: Proposals) -> FoundDigits:
    """Find the most probable sequence of regions, and let all networks classify them.

    Args:
        classifier: The classifier.
        segmenter: The digit segmenter.
        proposals: The regions of a line.
    """
    if not proposals.regions:
        empty = np.zeros((0, 10), np.float32)
        return FoundDigits([], np.zeros((0, SIDE, SIDE), np.float32), empty, np.zeros((0, 5)))
    in_context = classify_regions(segmenter, proposals)
    scores = log_odds(1 - in_context[:, -1])
    path = find_best_path(proposals, scores)
    fractions = measure_path_fractions(proposals, scores)[path]
    regions = [proposals.regions[index] for index in path]
    images = np.stack([_prepare(region.ink) for region in regions])
    alone = classifier.probabilities(images)
    detector = _load_detector().probabilities(images)
    features = digit_features(in_context[path], alone, detector, fractions)
    return FoundDigits(regions, images, combine(in_context[path], alone), features)


def _prepare(ink: np.ndarray) -> np.ndarray:
    image = normalize_ink(ink)
    return np.zeros((SIDE, SIDE), np.float32) if image is None else image


@lru_cache(maxsize=1)
def _load_detector() -> OodDetector:
    return OodDetector.load()
