"""Whole numbers, read from left to right.

`mnist_core.segmentation` proposes what may be a digit; here a classifier answers to every
proposal in one batch, and dynamic programming finds the row of digits, from the first piece of
ink to the last, with the best total score (LeCun et al., 1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.classifier import Classifier
from mnist_core.drawing import read_ink
from mnist_core.segmentation import Box, Region, propose_regions

# What counts against a region, in units of the logarithm of the probability of its digit.
COST_OF_CUT = 1.0
COST_OF_GAP = 10.0
COST_OF_LOW = 8.0
COST_OF_WIDE = 4.0
COST_OF_OVERLAP = 2.0
COST_OF_DIGIT = 0.5
# Digits are at least so high, and at most so wide for their own height.
LOWEST = 0.7
WIDEST = 1.1
# An answer this improbable says no more than that the region is no digit.
LEAST_PROBABILITY = 1e-4


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
    """
    regions = [] if pixels is None else propose_regions(read_ink(pixels))
    if not regions:
        return NumberReading(())
    probabilities = classifier.probabilities(np.stack([region.image for region in regions]))
    return NumberReading(
        tuple(
            ReadDigit(regions[number].box, regions[number].image, probabilities[number])
            for number in _choose(regions, probabilities.max(axis=1))
        )
    )


def _choose(regions: list[Region], probabilities: np.ndarray) -> list[int]:
    """Return the numbers of the regions that cover all pieces with the best total score."""
    scores = [_score(r, float(p)) for r, p in zip(regions, probabilities, strict=True)]
    totals: list[float] = []
    before: list[int | None] = []
    for number, region in enumerate(regions):
        best, best_before = (0.0, None) if region.first == 0 else (-np.inf, None)
        for earlier in range(number):
            if regions[earlier].end == region.first:
                overlap = _overlap(regions[earlier].box, region.box)
                total = totals[earlier] - COST_OF_OVERLAP * overlap
                if total > best:
                    best, best_before = total, earlier
        totals.append(best + scores[number])
        before.append(best_before)
    last = max(region.end for region in regions)
    ends = [number for number, region in enumerate(regions) if region.end == last]
    chosen: list[int] = []
    current: int | None = max(ends, key=totals.__getitem__)
    while current is not None:
        chosen.append(current)
        current = before[current]
    return chosen[::-1]


def _score(region: Region, probability: float) -> float:
    return float(
        np.log(max(probability, LEAST_PROBABILITY))
        - COST_OF_DIGIT
        - COST_OF_CUT * region.cut
        - COST_OF_GAP * region.gap
        - COST_OF_LOW * max(LOWEST - region.height, 0)
        - COST_OF_WIDE * max(region.width / region.height - WIDEST, 0)
    )


def _overlap(left: Box, right: Box) -> float:
    """Return in which share of the narrower box's width the two lie above each other."""
    common = min(left.right, right.right) - max(left.left, right.left)
    return max(common, 0) / min(left.right - left.left, right.right - right.left)
