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
    log_odds,
    region_features,
    weigh,
)
from mnist_core.inference.digit_segmenter import (
    classify_regions,
    find_best_path,
    load_segmenter,
    measure_path_fractions,
)
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.ood import OodDetector
from mnist_core.inference.segmentation import Box, Proposals, propose_regions
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.drawing import extract_ink

# Regions that the segmenter finds less probable are not looked at further.
MIN_PROBABILITY = 0.02


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


@dataclass(frozen=True, eq=False)
class RegionEvidence:
    """What the networks make of the regions of a line that may be digits.

    Attributes:
        proposals: The regions; at least one sequence of them covers the line.
        images: (n, 28, 28) float32 in 0..1, each region prepared for the classifier.
        features: (n, 4) float64, from `region_features`.
        probabilities: (n, 10) float32, of each digit, if the region is a digit.
    """

    proposals: Proposals
    images: np.ndarray
    features: np.ndarray
    probabilities: np.ndarray


def read_number(
    classifier: Classifier,
    pixels: np.ndarray | None,
    strokes: Sequence[np.ndarray] | None = None,
) -> NumberReading:
    """Read a line of digits.

    A digit may consist of several pieces, and digits may overlap or touch. With the strokes of the
    pen, digits are runs of strokes in time, and a bar may be added later; without them, the ink is
    cut, and the order of the strokes does not matter. Several lines are read as one.

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
    proposals = propose_regions(extract_ink(pixels), strokes)
    if not proposals.regions:
        return NumberReading(())
    segmenter = load_segmenter()
    evidence = gather_evidence(classifier, segmenter, proposals)
    return choose_digits(evidence, ConfidenceWeights.from_metadata(segmenter.metadata))


def gather_evidence(
    classifier: Classifier, segmenter: OnnxModel, proposals: Proposals
) -> RegionEvidence:
    """Let all networks classify the regions that may be digits.

    Args:
        classifier: The classifier.
        segmenter: The digit segmenter.
        proposals: The regions of a line, at least one.
    """
    in_context = classify_regions(segmenter, proposals)
    is_digit = 1 - in_context[:, -1]
    chosen = is_digit >= MIN_PROBABILITY
    chosen[find_best_path(proposals, log_odds(is_digit))] = True
    proposals, in_context = proposals.select(chosen), in_context[chosen]
    images = np.stack([_prepare(region.ink) for region in proposals.regions])
    probabilities = classifier.probabilities(images)
    detector = _load_detector().probabilities(images)
    return RegionEvidence(
        proposals,
        images,
        region_features(in_context, probabilities, detector),
        combine(in_context, probabilities),
    )


def choose_digits(evidence: RegionEvidence, weights: ConfidenceWeights) -> NumberReading:
    """Return the digits of the most probable sequence of regions."""
    proposals = evidence.proposals
    scores = weigh(evidence.features, weights.region)
    path = find_best_path(proposals, scores)
    fractions = measure_path_fractions(proposals, scores)
    features = digit_features(
        evidence.features[path], fractions[path], evidence.probabilities[path]
    )
    confidences = 1 / (1 + np.exp(-weigh(features, weights.digit)))
    return NumberReading(
        tuple(
            ReadDigit(
                proposals.regions[index].box,
                evidence.images[index],
                evidence.probabilities[index],
                float(confidence),
                bool(confidence < weights.min_confidence),
            )
            for index, confidence in zip(path, confidences, strict=True)
        )
    )


def _prepare(ink: np.ndarray) -> np.ndarray:
    image = normalize_ink(ink)
    return np.zeros((SIDE, SIDE), np.float32) if image is None else image


@lru_cache(maxsize=1)
def _load_detector() -> OodDetector:
    return OodDetector.load()
