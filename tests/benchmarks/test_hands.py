"""Tests of benchmarks.hands: hands are reproducible, labeled and different from each other."""

import numpy as np
import pytest

from benchmarks.hands import PER_DIGIT, read_pen_hands, simulate_marked, simulate_written
from mnist_core import load_mnist
from mnist_core.datasets.mnist import Split

pytestmark = pytest.mark.slow


def test_the_pen_digits_have_44_writers() -> None:
    """No writer has a 4, which is written in two strokes, and all have other digits."""
    hands = read_pen_hands()
    assert len(hands) == 44
    for hand in hands:
        assert hand.images.shape == (len(hand.labels), 28, 28)
        assert hand.images.dtype == np.uint8
        assert 4 not in hand.labels
        assert len(set(hand.labels.tolist())) >= 7
    assert min(len(hand.labels) for hand in hands) >= 50


def test_a_simulated_hand_has_every_digit_and_is_reproducible() -> None:
    """The same index gives the same hand, another index another one."""
    train = load_mnist().train
    split = Split(train.images[-1000:], train.labels[-1000:])
    for simulate in (simulate_written, lambda count: simulate_marked(count, split)):
        first, second = simulate(2)
        assert np.bincount(first.labels).tolist() == [PER_DIGIT] * 10
        again = simulate(1)[0]
        np.testing.assert_array_equal(first.images, again.images)
        assert not np.array_equal(first.images, second.images)
        assert all(image.max() > 100 for image in first.images)
