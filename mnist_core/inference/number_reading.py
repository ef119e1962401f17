"""The digits that are read, with their boxes and how reliable they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.messages import Message, plural_message


@dataclass(frozen=True)
class Box:
    """A rectangle on a canvas or in a picture, in its pixels.

    Attributes:
        left: The first column.
        top: The first row.
        right: The column after the last.
        bottom: The row after the last.
    """

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """One digit of a number.

    Attributes:
        box: The bounding box on the canvas or in the picture.
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
    """The result of reading a number: a whole canvas, or one line of a picture.

    Attributes:
        digits: The digits from left to right; empty for a blank canvas.
        marks: The boxes of marks that were left out, such as a point or a minus.
    """

    digits: tuple[ReadDigit, ...]
    marks: tuple[Box, ...] = ()

    @property
    def text(self) -> str:
        """The number, with its leading zeros."""
        return "".join(str(digit.digit) for digit in self.digits)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The box of each digit."""
        return tuple(digit.box for digit in self.digits)

    @property
    def doubts(self) -> tuple[bool, ...]:
        """Whether each digit is doubtful."""
        return tuple(digit.is_doubtful for digit in self.digits)

    @property
    def doubtful_digits(self) -> int:
        """How many digits are doubtful."""
        return sum(self.doubts)

    @property
    def lowest_confidence(self) -> float:
        """The lowest confidence of its digits, 1 without any."""
        return min((digit.confidence for digit in self.digits), default=1.0)


def describe_marks(count: int) -> Message:
    """Return that so many marks between the digits were left out, as a sentence."""
    return plural_message(
        "Only digits are read: a mark, such as a point or a minus, was left out.",
        "Only digits are read: {count} marks, such as points or minus signs, were left out.",
        count,
        count=count,
    )
