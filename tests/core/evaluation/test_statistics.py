"""Intervals and tests against the formulas and against counting."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.statistics import accuracy_interval, mcnemar_test, wilson_interval

Z = 1.959964


@settings(deadline=None)
@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_solves_wilsons_equation(trials: tuple[int, int]) -> None:
    """At both ends, the share is exactly z standard errors away; it always lies between them."""
    successes, total = trials
    share = successes / total
    low, high = wilson_interval(successes, total)
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):
        assert (share - end) ** 2 == pytest.approx(Z**2 * end * (1 - end) / total, abs=1e-6)


def test_an_interval_from_a_textbook() -> None:
    """81 of 263, the example of Newcombe, "Two-sided confidence intervals", 1998, table I."""
    low, high = wilson_interval(81, 263)
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_interval_of_an_accuracy() -> None:
    """Three of four answers are right."""
    evaluation = Evaluation(np.array([0, 1, 2, 3], np.uint8), np.eye(10)[[0, 1, 2, 9]])
    assert accuracy_interval(evaluation) == wilson_interval(3, 4)


@pytest.mark.parametrize(("fixed", "regressed"), [(0, 5), (3, 7), (6, 6), (9, 1), (1, 0)])
def test_the_probability_is_what_tossing_coins_gives(fixed: int, regressed: int) -> None:
    """All outcomes are listed; those at least as rare as this one are counted."""
    tosses = fixed + regressed
    heads = [sum(outcome) for outcome in product((0, 1), repeat=tosses)]
    own = heads.count(fixed)
    extreme = sum(1 for count in heads if heads.count(count) <= own)
    assert mcnemar_test(fixed, regressed) == pytest.approx(extreme / 2**tosses)


def test_no_difference_is_no_evidence() -> None:
    """Two classifiers that never differ."""
    assert mcnemar_test(0, 0) == 1
