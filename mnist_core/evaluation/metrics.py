"""Metrics per digit and per pair of digits, from a confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np


@dataclass(frozen=True)
class DigitScores:
    """Precision, recall and F1 score of one digit; each is 0 if it is undefined.

    Attributes:
        digit: The digit, 0..9.
        precision: Of the images classified as the digit, the fraction with this label, 0..1.
        recall: Of the images with this label, the fraction classified as the digit, 0..1.
        f1: The harmonic mean of precision and recall, 0..1.
        support: The number of images with this label.
    """

    digit: int
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ConfusedPair:
    """Two digits that are confused with each other.

    Attributes:
        true: The label in the more frequent of the two mistakes.
        predicted: The predicted digit in that mistake.
        count: How often `true` is classified as `predicted`.
        reverse: How often `predicted` is classified as `true`.
    """

    true: int
    predicted: int
    count: int
    reverse: int


def score_digits(confusion: np.ndarray) -> list[DigitScores]:
    """Return precision, recall, F1 score and support of each digit.

    Args:
        confusion: (10, 10) int, the number of images by label (rows) and prediction (columns).

    Examples:
        >>> confusion = np.diag([8, *[10] * 9])
        >>> confusion[0, 6] = 2
        >>> score_digits(confusion)[0]
        DigitScores(digit=0, precision=1.0, recall=0.8, f1=0.8888888888888888, support=10)
    """
    correct = np.diag(confusion)
    support, predictions = confusion.sum(axis=1), confusion.sum(axis=0)
    precision = correct / np.maximum(predictions, 1)
    recall = correct / np.maximum(support, 1)
    f1 = 2 * correct / np.maximum(support + predictions, 1)
    return [
        DigitScores(d, float(precision[d]), float(recall[d]), float(f1[d]), int(support[d]))
        for d in range(len(confusion))
    ]


def list_confused_pairs(confusion: np.ndarray) -> list[ConfusedPair]:
    """Return the pairs of digits that are confused, the most frequent first.

    Args:
        confusion: (10, 10) int, the number of images by label (rows) and prediction (columns).
    """
    pairs = []
    for low, high in combinations(range(len(confusion)), 2):
        up, down = int(confusion[low, high]), int(confusion[high, low])
        if up >= down and up > 0:
            pairs.append(ConfusedPair(low, high, up, down))
        elif down > 0:
            pairs.append(ConfusedPair(high, low, down, up))
    return sorted(pairs, key=lambda pair: -(pair.count + pair.reverse))
