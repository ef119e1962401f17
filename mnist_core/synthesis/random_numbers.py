"""Random numbers for training: of images or of strokes, from wide to overlapping."""

from __future__ import annotations

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.synthesis.digit_sources import Writer, images_of, strokes_of
from mnist_core.synthesis.digit_strings import HEIGHTS, ComposedNumber, Spacing, compose_number

Rng = np.random.Generator

# Ranges of the typical distance between digits and of its standard deviation, as fractions of the
# height, by what the distance is measured between.
GAPS = {"boxes": (-0.12, 0.3), "ink": (-0.1, 0.15)}
GAP_STDS = (0.01, 0.07)


def compose_any(
    source: Split,
    index: int,
    write: Writer,
    max_digits: int,
    rng: Rng,
    heights: tuple[float, float] = HEIGHTS,
) -> ComposedNumber:
    """Compose a number of images, or of strokes if the index is odd.

    Args:
        source: The images.
        index: The position of the number among others.
        write: Writes the strokes of a digit.
        max_digits: The largest number of digits.
        rng: Draws everything.
        heights: The range of the digits' height, in pixels.

    Examples:
        >>> from mnist_core import load_mnist
        >>> from mnist_core.synthesis.handwriting import write_digit
        >>> rng = np.random.default_rng(0)
        >>> number = compose_any(load_mnist().train, 1, write_digit, 6, rng)
        >>> 1 <= len(number.text) <= 6, len(number.strokes) >= len(number.text)
        (True, True)
    """
    digits = strokes_of(write) if index % 2 else images_of(source)
    spacing = draw_spacing(rng)
    return compose_number(digits, spacing, int(rng.integers(1, max_digits + 1)), rng, heights)


def draw_spacing(rng: Rng) -> Spacing:
    """Return the spacing of a number, from wide to overlapping."""
    between = "boxes" if rng.random() < 0.5 else "ink"
    return Spacing(rng.uniform(*GAPS[between]), rng.uniform(*GAP_STDS), between)
