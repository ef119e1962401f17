"""Tests of mnist_core.synthesis.digit_strings: lines of digits and their ground truth."""

import cv2
import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.synthesis.digit_sources import enlarge, images_of, strokes_of
from mnist_core.synthesis.digit_strings import SPACINGS, ComposedNumber, compose_number
from mnist_core.synthesis.handwriting import write_digit


def compose(data: Mnist, kind: str, spacing: str, seed: int) -> ComposedNumber:
    """Compose a number of five digits."""
    source = images_of(data.train) if kind == "images" else strokes_of(write_digit)
    return compose_number(source, SPACINGS[spacing], 5, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", ["images", "strokes"])
@pytest.mark.parametrize("spacing", SPACINGS)
def test_a_line_is_the_union_of_its_digits(data: Mnist, kind: str, spacing: str) -> None:
    """The digits follow each other from left to right, and their ink together is the line's."""
    for seed in range(4):
        number = compose(data, kind, spacing, seed)
        assert number.ink.dtype == np.float32
        assert 0 <= number.ink.min() < number.ink.max() <= 1
        union = np.zeros_like(number.ink)
        for digit in number.digits:
            digit.draw(union)
        np.testing.assert_array_equal(union, number.ink)
        middles = [2 * digit.left + digit.ink.shape[1] for digit in number.digits]
        assert middles == sorted(middles)
        assert number.text == "".join(str(digit.label) for digit in number.digits)


def test_strokes_lie_on_the_ink(data: Mnist) -> None:
    """All strokes of the digits are there once, in pixels of the line."""
    number = compose(data, "strokes", "tight", 0)
    assert len(number.strokes) == sum(len(digit.strokes) for digit in number.digits)
    columns, rows = np.round(np.concatenate(number.strokes)).astype(int).T
    assert number.ink[rows, columns].min() > 0.5
    assert compose(data, "images", "tight", 0).strokes == ()


def test_bars_may_be_added_last(data: Mnist) -> None:
    """In some numbers the order of the strokes is not that of the digits."""
    is_late = []
    for seed in range(60):
        number = compose(data, "strokes", "spaced", seed)
        in_order = [stroke for digit in number.digits for stroke in digit.strokes]
        same = [a is b for a, b in zip(in_order, number.strokes, strict=True)]
        is_late.append(not all(same))
    assert 1 <= sum(is_late) <= 30


@pytest.mark.parametrize("kind", ["images", "strokes"])
def test_spacings_are_wide_to_overlapping(data: Mnist, kind: str) -> None:
    """The mean number of connected parts falls from one spacing to the next."""

    def count_parts(spacing: str) -> float:
        inks = [compose(data, kind, spacing, seed).ink for seed in range(12)]
        return float(
            np.mean([cv2.connectedComponents((i > 0.5).astype(np.uint8))[0] for i in inks])
        )

    counts = [count_parts(spacing) for spacing in ("spaced", "natural", "touching")]
    assert counts == sorted(counts, reverse=True)


def test_the_same_seed_composes_the_same_number(data: Mnist) -> None:
    """Another seed composes another one."""
    first, again, other = (compose(data, "images", "natural", seed).ink for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


@pytest.mark.parametrize("height", [40, 150])
def test_enlarging_scales_twenty_pixels_to_the_height(data: Mnist, height: int) -> None:
    """A lower threshold gives thicker strokes; edges are sharp."""
    image = data.train.images[0]
    thick, thin = (enlarge(image, height, threshold) for threshold in (0.25, 0.55))
    assert thick.shape == (round(28 * height / 20),) * 2
    assert thick.sum() > thin.sum()
    assert ((thick > 0.05) & (thick < 0.95)).mean() < 0.15
