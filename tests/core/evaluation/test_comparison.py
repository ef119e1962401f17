"""Tests of mnist_core.evaluation.comparison: changed mistakes, intervals, McNemar's test."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.evaluation.comparison import (
    accuracy_interval,
    compare_mistakes,
    difference_interval,
    find_always_wrong,
    mcnemar_test,
    wilson_interval,
)
from mnist_core.evaluation.evaluation import Evaluation

Z = 1.959964
LABELS = np.array([3, 1, 4, 1, 5], np.uint8)


def evaluation(*predictions: int) -> Evaluation:
    """Return an evaluation with the given predictions for five images."""
    return Evaluation(LABELS, np.eye(10, dtype=np.float32)[list(predictions)])


def test_fixed_regressed_and_shared_errors() -> None:
    """Of five images, one is fixed, one regressed and one wrong twice."""
    changes = compare_mistakes(evaluation(3, 0, 4, 2, 5), evaluation(3, 1, 0, 7, 5))
    assert list(changes.fixed) == [1]
    assert list(changes.regressed) == [2]
    assert list(changes.shared_errors) == [3]


def test_images_that_are_wrong_in_every_epoch() -> None:
    """The wrong digit may differ from epoch to epoch."""
    epochs = [evaluation(0, 0, 0, 0, 5), evaluation(0, 1, 9, 0, 5), evaluation(2, 0, 7, 1, 5)]
    assert list(find_always_wrong(epochs)) == [0, 2]


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_solves_wilsons_equation(trials: tuple[int, int]) -> None:
    """The fraction lies between the bounds, z standard errors of each bound from it."""
    successes, total = trials
    fraction = successes / total
    low, high = wilson_interval(successes, total)
    assert 0 <= low <= fraction <= high <= 1
    for end in (low, high):
        assert (fraction - end) ** 2 == pytest.approx(Z**2 * end * (1 - end) / total, abs=1e-6)


def test_an_interval_from_a_textbook() -> None:
    """81 of 263, from Newcombe, "Two-sided confidence intervals", 1998, table I."""
    low, high = wilson_interval(81, 263)
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_interval_of_a_difference() -> None:
    """Newcombe's interval: it has the sign of the order, and is wider with fewer images."""
    low, high = difference_interval(9916, 9845, 10_000)
    assert 0 < low < 0.0071 < high < 0.0105
    assert difference_interval(9845, 9916, 10_000) == pytest.approx((-high, -low))
    few = difference_interval(99, 98, 100)
    assert few.low < 0 < few.high


def test_the_interval_of_an_accuracy() -> None:
    """Three of four predictions are correct."""
    evaluation = Evaluation(np.array([0, 1, 2, 3], np.uint8), np.eye(10)[[0, 1, 2, 9]])
    assert accuracy_interval(evaluation) == wilson_interval(3, 4)


@pytest.mark.parametrize(("fixed", "regressed"), [(0, 5), (3, 7), (6, 6), (9, 1), (1, 0)])
def test_the_p_value_matches_exhaustive_enumeration(fixed: int, regressed: int) -> None:
    """Of all outcomes of coin tosses, those that are at least as rare are counted."""
    tosses = fixed + regressed
    heads = [sum(outcome) for outcome in product((0, 1), repeat=tosses)]
    own = heads.count(fixed)
    extreme = sum(1 for count in heads if heads.count(count) <= own)
    assert mcnemar_test(fixed, regressed) == pytest.approx(extreme / 2**tosses)


def test_the_p_value_without_differences_is_1() -> None:
    """Two classifiers that never differ."""
    assert mcnemar_test(0, 0) == 1
