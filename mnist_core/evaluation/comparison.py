"""Comparison of evaluations: changed mistakes, confidence intervals, McNemar's test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class MistakeChanges:
    """How the mistakes of one evaluation differ from those of an earlier one.

    Attributes:
        fixed: (n,) int64, indices of images that only the later evaluation classifies correctly.
        regressed: (n,) int64, those that only the earlier one classifies correctly.
        shared_errors: (n,) int64, those that both classify incorrectly.
    """

    fixed: np.ndarray
    regressed: np.ndarray
    shared_errors: np.ndarray


def compare_mistakes(before: Evaluation, after: Evaluation) -> MistakeChanges:
    """Compare two evaluations of the same split, such as those of two epochs."""
    was_wrong = before.predicted != before.labels
    is_wrong = after.predicted != after.labels
    return MistakeChanges(
        fixed=np.flatnonzero(was_wrong & ~is_wrong),
        regressed=np.flatnonzero(~was_wrong & is_wrong),
        shared_errors=np.flatnonzero(was_wrong & is_wrong),
    )


def find_always_wrong(evaluations: Sequence[Evaluation]) -> np.ndarray:
    """Return the indices of the images that every evaluation has wrong, (n,) int64."""
    wrong = [evaluation.predicted != evaluation.labels for evaluation in evaluations]
    return np.flatnonzero(np.logical_and.reduce(wrong))


class Interval(NamedTuple):
    """A confidence interval of a fraction, or of a difference of two.

    Attributes:
        low: The lower bound, 0..1, of a difference -1..1.
        high: The upper bound, 0..1, of a difference -1..1.
    """

    low: float
    high: float


def wilson_interval(successes: int, total: int) -> Interval:
    """Return the 95 % score interval of a fraction (Wilson, 1927), valid near 0 and 1 too.

    Args:
        successes: The number of successes, 0 to `total`.
        total: The number of trials, at least 1.

    Examples:
        >>> low, high = wilson_interval(98, 100)
        >>> round(low, 3), round(high, 3)
        (0.93, 0.994)
    """
    from scipy.stats import binomtest

    low, high = binomtest(successes, total).proportion_ci(method="wilson")
    return Interval(float(low), float(high))


def difference_interval(first: int, second: int, total: int) -> Interval:
    """Return the 95 % interval of a difference of two fractions (Newcombe, 1998, method 10).

    It combines the Wilson intervals of two independent samples of the same size.

    Args:
        first: The number of successes in one sample, 0 to `total`.
        second: The number of successes that is subtracted, 0 to `total`.
        total: The number of trials in each sample, at least 1.

    Examples:
        >>> low, high = difference_interval(56, 48, 80)
        >>> round(low, 4), round(high, 4)
        (-0.0472, 0.2414)
    """
    one, other = wilson_interval(first, total), wilson_interval(second, total)
    p, q = first / total, second / total
    return Interval(
        p - q - math.hypot(p - one.low, other.high - q),
        p - q + math.hypot(one.high - p, q - other.low),
    )


def accuracy_interval(evaluation: Evaluation) -> Interval:
    """Return the 95 % confidence interval of an evaluation's accuracy."""
    total = len(evaluation.labels)
    return wilson_interval(total - len(evaluation.mistakes), total)


def mcnemar_test(fixed: int, regressed: int) -> float:
    """Return the p-value of McNemar's exact test for two classifiers on the same images.

    Only images that exactly one of the two classifies correctly count. If neither classifier is
    better, each of these is equally likely to favor either one (McNemar, 1947). The two-sided
    p-value is exact, from the binomial distribution.

    Args:
        fixed: The number of images that only the second classifier has correct.
        regressed: The number of images that only the first classifier has correct.

    Returns:
        The p-value, 0..1; 1 if the classifiers never differ.
    """
    from scipy.stats import binomtest

    if fixed + regressed == 0:
        return 1.0
    return float(binomtest(fixed, fixed + regressed).pvalue)
