"""Tests of mnist_core.evaluation.metrics: scores and pairs computed by hand."""

import numpy as np
import pytest

from mnist_core.evaluation.metrics import ConfusedPair, list_confused_pairs, score_digits


def make_confusion() -> np.ndarray:
    """Return a matrix with a few mistakes and a digit without images."""
    confusion = np.diag([10, 10, 10, 10, 8, 10, 10, 10, 0, 6])
    confusion[4, 9], confusion[9, 4], confusion[2, 7] = 2, 4, 1
    return confusion


def test_scores_of_a_digit() -> None:
    """Of 12 images classified as 4, 8 are correct; 10 images have the label 4."""
    four = score_digits(make_confusion())[4]
    assert (four.precision, four.recall, four.support) == pytest.approx((8 / 12, 8 / 10, 10))
    assert four.f1 == pytest.approx(2 / (12 / 8 + 10 / 8))


def test_the_scores_of_a_digit_without_images_are_0() -> None:
    """Without a division by zero."""
    eight = score_digits(make_confusion())[8]
    assert (eight.precision, eight.recall, eight.f1, eight.support) == (0, 0, 0, 0)


def test_pairs_are_sorted_by_their_mistakes() -> None:
    """In each pair, the more frequent direction is first."""
    assert list_confused_pairs(make_confusion()) == [
        ConfusedPair(true=9, predicted=4, count=4, reverse=2),
        ConfusedPair(true=2, predicted=7, count=1, reverse=0),
    ]
