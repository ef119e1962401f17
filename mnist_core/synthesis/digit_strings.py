"""Lines of several handwritten digits, composed of single ones.

`compose_number` writes digits side by side in one hand: one height, slant, slope and pen. It keeps
each digit's own ink and place, and the strokes in the order in which they were drawn, if the digits
have strokes. The digits come from a `DigitSource` of `mnist_core.synthesis.digit_sources`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.synthesis.digit_sources import DigitSource, NumberStyle, PlacedDigit
from mnist_core.synthesis.strokes import Stroke

Rng = np.random.Generator

HEIGHTS = (64, 100)  # range of a line's digit height, in pixels
PEN_WIDTHS = (0.05, 0.22)  # of drawn strokes, as fractions of the height
LATE_FRACTION = 0.15  # fraction of numbers whose bars are added after the last digit
BARRED = (0, 1, 5, 7)  # digits whose second stroke is a bar


@dataclass(frozen=True)
class Spacing:
    """The distances between the digits of a line, as fractions of its height.

    Attributes:
        gap: The typical distance. If negative, digits overlap.
        std: The standard deviation of the distances.
        between: What the distance is measured between: the bounding boxes of two neighbors, or
            the nearest ink of both in any row.
    """

    gap: float
    std: float
    between: str = "boxes"


SPACINGS = {
    "spaced": Spacing(0.25, 0.06),
    "natural": Spacing(0.05, 0.05),
    "tight": Spacing(0.05, 0.02, "ink"),
    "touching": Spacing(-0.02, 0.02, "ink"),
    "overlapping": Spacing(-0.07, 0.03, "ink"),
}


@dataclass(frozen=True, eq=False)
class ComposedNumber:
    """A line of digits and its ground truth.

    Attributes:
        ink: (h, w) float32 in 0..1, bright on 0: the whole line.
        digits: The digits from left to right.
        strokes: (n, 2) float arrays in pixels of the line, in the order in which they were drawn;
            none for digits made of images.
    """

    ink: np.ndarray
    digits: tuple[PlacedDigit, ...]
    strokes: tuple[Stroke, ...]

    @property
    def text(self) -> str:
        """The number, with a question mark for what is not a digit."""
        return "".join("?" if digit.label is None else str(digit.label) for digit in self.digits)


def compose_number(
    source: DigitSource,
    spacing: Spacing,
    length: int,
    rng: Rng,
    heights: tuple[float, float] = HEIGHTS,
) -> ComposedNumber:
    """Write digits side by side.

    Args:
        source: Draws each digit.
        spacing: The distances between digits.
        length: How many digits.
        rng: Draws the hand, the digits and their distances.
        heights: The range of the digits' height, in pixels.

    Examples:
        >>> from mnist_core import load_mnist
        >>> from mnist_core.synthesis.digit_sources import images_of
        >>> rng = np.random.default_rng(0)
        >>> number = compose_number(images_of(load_mnist().train), SPACINGS["tight"], 4, rng)
        >>> len(number.digits), len(number.text), number.strokes
        (4, 4, ())
    """
    height = rng.uniform(*heights)
    style = NumberStyle(
        height=height,
        lean=rng.normal(0.05, 0.12),
        pen_width=height * rng.uniform(*PEN_WIDTHS),
        threshold=rng.uniform(0.25, 0.55),
        size_std=rng.uniform(0, 0.12),
    )
    slope = rng.normal(0, 0.03)
    digits: list[PlacedDigit] = []
    for _ in range(length):
        digit = source(style, rng)
        gap = height * rng.normal(spacing.gap, spacing.std)
        left = 0
        top = round(rng.normal(0, 0.05) * height - digit.ink.shape[0] / 2)
        if digits:
            right = digits[-1].left + digits[-1].ink.shape[1]
            top += round(slope * right)
            left = right + round(gap)
            if spacing.between == "ink":
                left -= _measure_distance(digits[-1], digit.move(top, right))
            # A digit never begins before its left neighbor's middle.
            left = max(left, digits[-1].left + digits[-1].ink.shape[1] // 2)
        digits.append(digit.move(top, left))
    return _finish(digits, round(0.5 * height), rng)


def _measure_distance(first: PlacedDigit, second: PlacedDigit) -> int:
    """Return the smallest horizontal distance between the inks of two digits in a common row.

    Rows up to a tenth of the height apart count as common, so that a digit does not slip below
    another one. It is 0 if there is none.
    """
    reach = max(1, len(first.ink) // 10)
    top = min(first.top, second.top) - reach
    bottom = max(first.top + len(first.ink), second.top + len(second.ink)) + reach
    ends = np.full(bottom - top, -np.inf)
    starts = np.full(bottom - top, np.inf)
    is_ink = first.ink > 0.5
    rows = np.flatnonzero(is_ink.any(axis=1))
    ends[rows + first.top - top] = first.left + first.ink.shape[1] - is_ink[rows, ::-1].argmax(1)
    is_ink = second.ink > 0.5
    rows = np.flatnonzero(is_ink.any(axis=1))
    starts[rows + second.top - top] = second.left + is_ink[rows].argmax(axis=1)
    kernel = np.ones((2 * reach + 1, 1), np.uint8)
    ends = cv2.dilate(ends[:, np.newaxis], kernel)[:, 0]
    distance = float((starts - ends).min())
    return int(distance) if np.isfinite(distance) else 0


def _finish(digits: list[PlacedDigit], margin: int, rng: Rng) -> ComposedNumber:
    """Draw all digits on one canvas with a margin, and order their strokes."""
    top = min(digit.top for digit in digits) - margin
    left = min(digit.left for digit in digits) - margin
    moved = tuple(digit.move(digit.top - top, digit.left - left) for digit in digits)
    bottom = max(digit.top + digit.ink.shape[0] for digit in moved) + margin
    right = max(digit.left + digit.ink.shape[1] for digit in moved) + margin
    ink = np.zeros((bottom, right), np.float32)
    for digit in moved:
        digit.draw(ink)
    are_bars_late = rng.random() < LATE_FRACTION
    strokes: list[Stroke] = []
    late: list[Stroke] = []
    for digit in moved:
        first_late = 1 if are_bars_late and digit.label in BARRED else len(digit.strokes)
        strokes += digit.strokes[:first_late]
        late += digit.strokes[first_late:]
    return ComposedNumber(ink, moved, (*strokes, *late))
