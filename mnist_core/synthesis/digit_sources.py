"""Digits for composed numbers: enlarged images, and drawn strokes.

A source draws one digit after another in a given style. `images_of` enlarges the images of a split,
`strokes_of` draws strokes with the pen of that style.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE, Split
from mnist_core.preprocessing.centering import DIGIT_SIDE, slant
from mnist_core.preprocessing.scaling import as_float
from mnist_core.synthesis.handwriting import VARIANTS, template_digit
from mnist_core.synthesis.strokes import SUBPIXEL_BITS, Stroke

Rng = np.random.Generator

TEMPLATE_FRACTION = 0.25  # fraction of digits drawn by `handwriting` instead of taken from a split
BLUR = 0.4  # standard deviation in pixels of the small image
SHARPNESS = 8  # how steeply ink rises at the edge of a stroke


@dataclass(frozen=True)
class NumberStyle:
    """What all digits of a number have in common.

    Attributes:
        height: The height of digits, in pixels.
        lean: The shift of the top relative to the bottom, as a fraction of the height.
        pen_width: The width of drawn strokes, in pixels.
        threshold: The gray value, 0..1, that becomes the edge of an enlarged image's strokes.
        size_std: The standard deviation of the digits' sizes, as a fraction of them.
    """

    height: float
    lean: float
    pen_width: float
    threshold: float
    size_std: float


@dataclass(frozen=True, eq=False)
class PlacedDigit:
    """A digit on a line.

    Attributes:
        label: The digit; None for a letter in its place.
        ink: (h, w) float32 in 0..1, cropped to the ink.
        strokes: (n, 2) float arrays in pixels of the line; none for digits made of images.
        top: The row of the ink's upper edge on the line.
        left: The column of its left edge.
    """

    label: int | None
    ink: np.ndarray
    strokes: tuple[Stroke, ...] = ()
    top: int = 0
    left: int = 0

    def move(self, top: int, left: int) -> PlacedDigit:
        """Return the digit at another position."""
        offset = np.array([left - self.left, top - self.top])
        strokes = tuple(stroke + offset for stroke in self.strokes)
        return PlacedDigit(self.label, self.ink, strokes, top, left)

    def draw(self, ink: np.ndarray) -> None:
        """Draw the digit into a line's ink."""
        height, width = self.ink.shape
        part = ink[self.top : self.top + height, self.left : self.left + width]
        np.maximum(part, self.ink, out=part)


DigitSource = Callable[[NumberStyle, Rng], PlacedDigit]
Writer = Callable[[Rng], tuple[int | None, Sequence[Stroke]]]


def images_of(split: Split) -> DigitSource:
    """Return a source of a split's digits, a quarter of them replaced by rendered handwriting."""

    def draw(style: NumberStyle, rng: Rng) -> PlacedDigit:
        if rng.random() < TEMPLATE_FRACTION:
            label = int(rng.integers(10))
            image = template_digit(label, int(rng.integers(VARIANTS)))
        else:
            index = int(rng.integers(len(split.images)))
            label, image = int(split.labels[index]), np.asarray(split.images[index])
        size = style.height * np.exp(rng.normal(0, style.size_std))
        return PlacedDigit(label, slant(enlarge(image, size, style.threshold), style.lean))

    return draw


def strokes_of(write: Writer) -> DigitSource:
    """Return a source of drawn strokes.

    Args:
        write: Returns a digit, or None for a letter, and its strokes, whose height is about 1.
    """

    def draw(style: NumberStyle, rng: Rng) -> PlacedDigit:
        label, strokes = write(rng)
        size = style.height * np.exp(rng.normal(0, style.size_std))
        matrix = size * np.array([[1, 0], [-style.lean, 1]])
        margin = round(style.pen_width) + 2
        moved = [stroke @ matrix for stroke in strokes]
        low = np.concatenate(moved).min(axis=0) - margin
        moved = [stroke - low for stroke in moved]
        width, height = np.ceil(np.concatenate(moved).max(axis=0)).astype(int) + margin
        image = np.zeros((height, width), np.uint8)
        paths = [np.round(stroke * (1 << SUBPIXEL_BITS)).astype(np.int32) for stroke in moved]
        thickness = max(2, round(style.pen_width))
        cv2.polylines(image, paths, False, 255, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
        digit = PlacedDigit(label, as_float(image), tuple(moved))
        x, y, width, height = cv2.boundingRect(image)
        cropped = digit.ink[y : y + height, x : x + width]
        return PlacedDigit(label, cropped, tuple(stroke - [x, y] for stroke in moved))

    return draw


def enlarge(image: np.ndarray, height: float, threshold: float) -> np.ndarray:
    """Enlarge a digit smoothly, with sharp edges like a drawing's.

    Args:
        image: (28, 28) uint8.
        height: What 20 pixels of the image become, in pixels.
        threshold: The gray value in 0..1 that becomes a stroke's edge. A lower one makes strokes
            thicker.

    Returns:
        (h, h) float32 in 0..1.
    """
    side = round(SIDE * height / DIGIT_SIDE)
    large = cv2.resize(as_float(image), (side, side), interpolation=cv2.INTER_CUBIC)
    blurred = cv2.GaussianBlur(large, (0, 0), side / SIDE * BLUR)
    return np.clip((blurred - threshold) * SHARPNESS + 0.5, 0, 1)
