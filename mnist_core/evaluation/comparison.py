"""Comparison of evaluations: changed mistakes, confidence intervals, McNemar's test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class MistakeChanges:
    """How the mistakes of one evaluation differ from those of an earlier one.

    Each field holds indices of images, (n,) int64: `fixed` were wrong and are right, `regressed`
    were right and are wrong, `shared_errors` were and are wrong.
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
    """Return the indices of the images that every evaluation got wrong, (n,) int64."""
    wrong = [evaluation.predicted != evaluation.labels for evaluation in evaluations]
    return np.flatnonzero(np.logical_and.reduce(wrong))


class Interval(NamedTuple):
    """From where to where a share may lie, both 0..1."""

    low: float
    high: float


def wilson_interval(successes: int, total: int) -> Interval:
    """Return the 95 % score interval of a share (Wilson, 1927), sound near 0 and 1 too.

    Args:
        successes: How many of the trials succeeded, 0 to `total`.
        total: How many there were, at least 1.
    """
    from scipy.stats import binomtest

    low, high = binomtest(successes, total).proportion_ci(method="wilson")
    return Interval(float(low), float(high))


def accuracy_interval(evaluation: Evaluation) -> Interval:
    """Return the 95 % interval of an evaluation's accuracy."""
    total = len(evaluation.labels)
    return wilson_interval(total - len(evaluation.mistakes), total)


def mcnemar_test(fixed: int, regressed: int) -> float:
    """Return how often chance alone gives a difference this large between equal classifiers.

    Two classifiers that read the same images differ where one of them is right and the other is
    not; if neither is better, each such image falls to either side like a coin (McNemar, 1947).
    The two-sided probability is exact, from the binomial distribution.

    Args:
        fixed: Images that only the second classifier reads rightly.
        regressed: Images that only the first one reads rightly.

    Returns:
        The p-value, 0..1; 1 where the classifiers differ nowhere.
    """
    from scipy.stats import binomtest

    if fixed + regressed == 0:
        return 1.0
    return float(binomtest(fixed, fixed + regressed).pvalue)
