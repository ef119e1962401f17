"""What a confusion matrix says of each digit, and of each pair of digits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np


@dataclass(frozen=True)
class DigitScores:
    """How well one digit is read, all shares 0..1.

    precision: which share of the images read as the digit are labeled so. recall: which share of
    the images labeled so are read as the digit. f1: their harmonic mean. support: the number of
    images labeled so. A share of nothing is 0.
    """

    digit: int
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ConfusedPair:
    """Two digits and how often each is read as the other, the commoner mistake first."""

    true: int
    predicted: int
    count: int
    reverse: int


def score_digits(confusion: np.ndarray) -> list[DigitScores]:
    """Score each digit.

    Args:
        confusion: (10, 10) int, images by given label (rows) and answer (columns).
    """
    right = np.diag(confusion)
    support, answers = confusion.sum(axis=1), confusion.sum(axis=0)
    precision = right / np.maximum(answers, 1)
    recall = right / np.maximum(support, 1)
    f1 = 2 * right / np.maximum(support + answers, 1)
    return [
        DigitScores(d, float(precision[d]), float(recall[d]), float(f1[d]), int(support[d]))
        for d in range(len(confusion))
    ]


def list_confused_pairs(confusion: np.ndarray) -> list[ConfusedPair]:
    """List the pairs of digits that are taken for each other, the most often confused first.

    Args:
        confusion: (10, 10) int, images by given label (rows) and answer (columns).
    """
    pairs = []
    for low, high in combinations(range(len(confusion)), 2):
        up, down = int(confusion[low, high]), int(confusion[high, low])
        if up >= down and up > 0:
            pairs.append(ConfusedPair(low, high, up, down))
        elif down > 0:
            pairs.append(ConfusedPair(high, low, down, up))
    return sorted(pairs, key=lambda pair: -(pair.count + pair.reverse))
