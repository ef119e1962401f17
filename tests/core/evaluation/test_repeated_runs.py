"""Tests of mnist_core.evaluation.repeated_runs: the interval of a difference."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from mnist_core.evaluation.repeated_runs import compare_groups


def test_the_interval_is_that_of_scipy() -> None:
    """For groups of different sizes and spreads."""
    rng = np.random.default_rng(0)
    first, second = rng.normal(0.99, 0.001, 4).tolist(), rng.normal(0.992, 0.0004, 7).tolist()
    found = compare_groups(first, second)
    expected = ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.value == pytest.approx(np.mean(second) - np.mean(first))


def test_the_interval_covers_the_true_difference_as_often_as_it_says() -> None:
    """In about 95 of 100 repetitions with three runs each."""
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        found = compare_groups(rng.normal(0, 1, 3).tolist(), rng.normal(0.5, 2, 3).tolist())
        covered += found.low <= 0.5 <= found.high
    assert 0.91 < covered / 400 <= 1


def test_few_or_equal_values() -> None:
    """A single run has no spread; equal values leave no doubt."""
    assert compare_groups([0.99], [0.98, 0.99]) is None
    assert not compare_groups([0.99, 0.99], [0.99, 0.99]).is_clear
    assert compare_groups([0.98, 0.98], [0.99, 0.99]).is_clear
