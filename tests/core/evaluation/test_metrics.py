"""Scores of digits and pairs, checked by hand."""

import numpy as np
import pytest

from mnist_core.evaluation.metrics import ConfusedPair, list_confused_pairs, score_digits


def make_confusion() -> np.ndarray:
    """Return a matrix with a few confusions and a digit that never occurs."""
    confusion = np.diag([10, 10, 10, 10, 8, 10, 10, 10, 0, 6])
    confusion[4, 9], confusion[9, 4], confusion[2, 7] = 2, 4, 1
    return confusion


def test_scores_by_hand() -> None:
    """4 was read 12 times and rightly 8 times; 10 images are labeled so."""
    four = score_digits(make_confusion())[4]
    assert (four.precision, four.recall, four.support) == pytest.approx((8 / 12, 8 / 10, 10))
    assert four.f1 == pytest.approx(2 / (12 / 8 + 10 / 8))


def test_a_digit_that_never_occurs_scores_nothing() -> None:
    """And divides by nothing."""
    eight = score_digits(make_confusion())[8]
    assert (eight.precision, eight.recall, eight.f1, eight.support) == (0, 0, 0, 0)


def test_pairs_are_counted_both_ways() -> None:
    """The commoner direction comes first in a pair, the commonest pair first in the list."""
    assert list_confused_pairs(make_confusion()) == [
        ConfusedPair(true=9, predicted=4, count=4, reverse=2),
        ConfusedPair(true=2, predicted=7, count=1, reverse=0),
    ]
