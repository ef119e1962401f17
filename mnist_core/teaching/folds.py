"""Folds of drawings for cross-validation."""

from __future__ import annotations

import numpy as np


def deal_by_digit(labels: np.ndarray, folds: int) -> list[np.ndarray]:
    """Deal drawings into folds, those of each digit evenly (stratified cross-validation).

    Args:
        labels: (n,) in 0..9.
        folds: How many folds there are at most; each has at least one drawing.

    Returns:
        The indices of each fold in ascending order.

    Examples:
        >>> [fold.tolist() for fold in deal_by_digit(np.array([3, 3, 8, 3, 8]), 2)]
        [[0, 3, 4], [1, 2]]
    """
    by_digit = np.argsort(labels, kind="stable")
    count = min(folds, len(labels))
    # The fold goes on from digit to digit, so that the folds are of equal size.
    return [np.sort(by_digit[fold::count]) for fold in range(count)]
