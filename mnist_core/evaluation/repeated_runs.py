"""Runs that differ in their seeds only: mean, standard deviation, and differences between groups.

A difference is uncertain as long as there are few runs. Its interval is Welch's, which does not
assume that both groups vary equally (Welch, "The generalization of 'Student's' problem when several
different population variances are involved", 1947).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """The difference of the means of two groups.

    Attributes:
        value: The second mean minus the first.
        low: The lower end of its 95 % confidence interval.
        high: The upper end.
    """

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0 or self.high < 0


def compare_groups(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """Return the difference of the means of two groups of values, with its interval.

    Args:
        first: The values of one group, such as the accuracies of its runs.
        second: Those of the other group.

    Returns:
        The difference; None if a group has fewer than two values, since their spread is unknown.

    Examples:
        >>> found = compare_groups([0.990, 0.991, 0.992], [0.993, 0.994, 0.995])
        >>> round(found.value, 4), round(found.low, 4), round(found.high, 4), found.is_clear
        (0.003, 0.0007, 0.0053, True)
    """
    if min(len(first), len(second)) < 2:
        return None
    from scipy.stats import t

    parts = [statistics.variance(values) / len(values) for values in (first, second)]
    value = statistics.fmean(second) - statistics.fmean(first)
    error = math.sqrt(sum(parts))
    if error == 0:  # all values of each group are equal
        return Difference(value, value, value)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True)
    )
    margin = error * float(t.ppf((1 + CONFIDENCE) / 2, freedom))
    return Difference(value, value - margin, value + margin)
