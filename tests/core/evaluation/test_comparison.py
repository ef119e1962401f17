"""Tests of mnist_core.evaluation.comparison: what one evaluation fixed and broke of another."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.evaluation.comparison import (
    accuracy_interval,
    compare_mistakes,
    find_always_wrong,
    mcnemar_test,
    wilson_interval,
)
from mnist_core.evaluation.evaluation import Evaluation

Z = 1.959964
LABELS = np.array([3, 1, 4, 1, 5], np.uint8)


def evaluation(*answers):
    """Return an evaluation with the given answers to five images."""
    return Evaluation(LABELS, np.eye(10, dtype=np.float32)[list(answers)])


def test_fixed_regressed_and_shared_errors():
    """Five images: right twice, fixed, regressed, wrong twice; checked by hand."""
    changes = compare_mistakes(evaluation(3, 0, 4, 2, 5), evaluation(3, 1, 0, 7, 5))
    assert list(changes.fixed) == [1]
    assert list(changes.regressed) == [2]
    assert list(changes.shared_errors) == [3]


def test_always_wrong_is_wrong_in_every_epoch():
    """One right answer is enough to leave the list, another wrong digit is not."""
    epochs = [evaluation(0, 0, 0, 0, 5), evaluation(0, 1, 9, 0, 5), evaluation(2, 0, 7, 1, 5)]
    assert list(find_always_wrong(epochs)) == [0, 2]


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
