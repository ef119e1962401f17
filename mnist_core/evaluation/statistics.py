"""How far a difference or an accuracy on a finite test set can be trusted."""

from __future__ import annotations

from typing import NamedTuple

from scipy.stats import binomtest

from mnist_core.evaluation.evaluation import Evaluation


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
    if fixed + regressed == 0:
        return 1.0
    return float(binomtest(fixed, fixed + regressed).pvalue)
