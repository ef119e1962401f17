"""Drawn digits in handwriting styles that MNIST's American writers seldom or never used.

Half of them are drawn from hand-designed templates (`digit_templates`), the other half from the
pen trajectories of real people (`pen_digits`), for the digits that these contain. They are drawn
with pens of many widths and prepared like every other drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from mnist_core.synthesis.digit_templates import TEMPLATES
from mnist_core.synthesis.pen_digits import draw_pen_digit, load_pen_digits, write_pen_digit
from mnist_core.synthesis.strokes import (
    FAT_PEN_WIDTHS,
    PEN_WIDTHS,
    Stroke,
    draw_prepared,
    write_by_hand,
)

Rng = np.random.Generator

VARIANTS = 1000  # of each digit, which are drawn ahead
MAX_VARIANTS = 4000  # of each digit, which long trainings draw
SEED = 20261123
FAT_FRACTION = 0.2  # fraction of digits drawn with a fat pen
UNSTEADINESS = (0.01, 0.05)  # range of the shifts' standard deviation, in the templates' units


@lru_cache(maxsize=10 * MAX_VARIANTS)
def template_digit(digit: int, variant: int) -> np.ndarray:
    """Return one of `MAX_VARIANTS` drawings of a digit.

    The same digit and variant always give the same drawing. It is drawn at the first call, which
    takes half a millisecond, and cached.

    Args:
        digit: 0..9.
        variant: 0..`MAX_VARIANTS` - 1. Odd ones are drawn from pen trajectories, where there are
            any.

    Returns:
        (28, 28) uint8, read-only.

    Examples:
        >>> template_digit(7, 0).shape
        (28, 28)
    """
    rng = np.random.default_rng((SEED, digit, variant))
    training, _ = load_pen_digits()
    trajectories = training.trajectories[training.labels == digit]
    if variant % 2 and len(trajectories):
        image = draw_pen_digit(trajectories[rng.integers(len(trajectories))], digit, rng)
    else:
        image = render_template(digit, rng)
    image.flags.writeable = False
    return image


def render_ahead(should_abort: Callable[[], None]) -> None:
    """Draw the first `VARIANTS` drawings of each digit: ten seconds of processor time.

    Args:
        should_abort: Called after every few drawings. It may raise an exception to abort; a later
            call continues there.
    """
    if template_digit.cache_info().currsize >= 10 * VARIANTS:
        return
    for variant in range(VARIANTS):
        for digit in range(10):
            template_digit(digit, variant)
        if variant % 5 == 0:
            should_abort()


def render_template(digit: int, rng: Rng) -> np.ndarray:
    """Draw a digit from its template and prepare it.

    Args:
        digit: 0..9.
        rng: Draws the template's variant, the unsteadiness, the slant and the pen's width.

    Returns:
        (28, 28) uint8.

    Examples:
        >>> render_template(4, np.random.default_rng(0)).shape
        (28, 28)
    """
    unsteadiness = rng.uniform(*UNSTEADINESS)
    strokes = [write_by_hand(stroke, unsteadiness, rng) for stroke in TEMPLATES[digit](rng)]
    pen_width = rng.uniform(*(FAT_PEN_WIDTHS if rng.random() < FAT_FRACTION else PEN_WIDTHS))
    return draw_prepared(_slant(strokes, rng), pen_width)


def write_digit(rng: Rng) -> tuple[int, list[Stroke]]:
    """Write a random digit: half of them templates, the others pen trajectories if there are any.

    Returns:
        The digit, and its strokes in drawing order, upright and about 1 high.

    Examples:
        >>> digit, strokes = write_digit(np.random.default_rng(0))
        >>> 0 <= digit <= 9, strokes[0].shape[1]
        (True, 2)
    """
    digit = int(rng.integers(10))
    training, _ = load_pen_digits()
    trajectories = training.trajectories[training.labels == digit]
    if rng.random() < 0.5 and len(trajectories):
        trajectory = trajectories[rng.integers(len(trajectories))]
        return digit, [write_pen_digit(trajectory, digit, 0, rng)]
    unsteadiness = rng.uniform(*UNSTEADINESS)
    width = np.exp(rng.normal(0, 0.15))
    strokes = [write_by_hand(stroke, unsteadiness, rng) for stroke in TEMPLATES[digit](rng)]
    return digit, [stroke * [width, 1] for stroke in strokes]


def _slant(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """Shear all strokes alike and make the digit narrower or wider."""
    matrix = np.array([[np.exp(rng.normal(0, 0.15)), 0], [rng.normal(-0.12, 0.15), 1]])
    return [stroke @ matrix for stroke in strokes]
