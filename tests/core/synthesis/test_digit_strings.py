"""Tests of mnist_core.synthesis.digit_strings: lines of digits and their ground truth."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.synthesis.digit_strings import MAX_DIGITS, compose_number, enlarge, slant


def test_a_line_is_the_union_of_its_digits(data: Mnist) -> None:
    """One to eight digits, from left to right, whose ink together is the line's."""
    rng = np.random.default_rng(0)
    counts = set()
    for _ in range(30):
        number = compose_number(data.train, rng)
        assert number.ink.dtype == number.digits.dtype == np.float32
        assert number.digits.shape[1:] == number.ink.shape
        np.testing.assert_array_equal(number.digits.max(axis=0), number.ink)
        assert 0 <= number.ink.min() < number.ink.max() <= 1
        columns = [np.flatnonzero(digit.max(axis=0)).mean() for digit in number.digits]
        assert columns == sorted(columns)
        counts.add(len(number.digits))
    assert min(counts) >= 1
    assert max(counts) <= MAX_DIGITS
    assert len(counts) > 3


def test_the_same_seed_composes_the_same_number(data: Mnist) -> None:
    """Another seed composes another one."""
    first, again, other = (
        compose_number(data.train, np.random.default_rng(seed)).ink for seed in (1, 1, 2)
    )
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


def test_slanting_shifts_the_top_and_crops() -> None:
    """A vertical line of 100 pixels with a lean of 0.3 becomes about 30 pixels wider."""
    ink = np.zeros((100, 40), np.float32)
    ink[:, 18:22] = 1
    slanted = slant(ink, 0.3)
    assert slanted.shape == pytest.approx((100, 34), abs=2)
    assert slanted[5, -8:].max() > 0.9
    assert slanted[-5, :8].max() > 0.9
    assert slant(np.zeros((10, 10), np.float32), 0.3).shape == (1, 1)
