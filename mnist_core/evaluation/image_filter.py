"""Filtering, sorting and exporting the images of an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import find_disputed

Answers = Literal["wrong", "right", "all"]
Labels = Literal["all", "disputed", "undisputed"]
ANSWERS: tuple[Answers, ...] = get_args(Answers)
LABELS: tuple[Labels, ...] = get_args(Labels)
HEADER = ("index", "true", "predicted", *(f"probability_{digit}" for digit in range(10)), "loss")


@dataclass(frozen=True)
class Filter:
    """Conditions on images; an image passes if it meets all of them.

    Attributes:
        true: The label, 0..9; None for any.
        predicted: The predicted digit, 0..9; None for any.
        answers: Whether the prediction is correct: "wrong", "right" or "all".
        labels: Whether the label was disputed in a human review: "disputed", "undisputed" or
            "all".
        low: The lowest probability of the predicted digit, 0..1, inclusive.
        high: The highest probability of the predicted digit, 0..1, inclusive.
    """

    true: int | None = None
    predicted: int | None = None
    answers: Answers = "wrong"
    labels: Labels = "all"
    low: float = 0.0
    high: float = 1.0

    def select(self, evaluation: Evaluation) -> np.ndarray:
        """Return the indices of the images that pass the filter, ascending, (m,) int64."""
        confidence = evaluation.probabilities.max(axis=1)
        passed = (confidence >= np.float32(self.low)) & (confidence <= np.float32(self.high))
        # A softmax may exceed 1 by a rounding error.
        if self.high >= 1:
            passed |= confidence > 1
        if self.true is not None:
            passed &= evaluation.labels == self.true
        if self.predicted is not None:
            passed &= evaluation.predicted == self.predicted
        if self.answers != "all":
            is_correct = evaluation.predicted == evaluation.labels
            passed &= is_correct if self.answers == "right" else ~is_correct
        if self.labels != "all":
            disputed = np.zeros(len(passed), bool)
            disputed[find_disputed(evaluation.labels)] = True
            passed &= disputed if self.labels == "disputed" else ~disputed
        return np.flatnonzero(passed)


def measure_margins(probabilities: np.ndarray) -> np.ndarray:
    """Return the highest minus the second highest probability, (n, 10) to (n,) in 0..1."""
    second, first = np.partition(probabilities, (-2, -1), axis=1)[:, -2:].T
    return first - second


ORDERS: dict[str, Callable[[Evaluation], np.ndarray]] = {
    "surest": lambda evaluation: -evaluation.probabilities.max(axis=1),
    "unsurest": lambda evaluation: evaluation.probabilities.max(axis=1),
    "loss": lambda evaluation: -evaluation.losses,
    "least-loss": lambda evaluation: evaluation.losses,
    "margin": lambda evaluation: measure_margins(evaluation.probabilities),
    "index": lambda evaluation: np.arange(len(evaluation.labels)),
}
"""The sort key of each order, by name; images are sorted by ascending key."""


def sort_images(evaluation: Evaluation, indices: np.ndarray, order: str) -> np.ndarray:
    """Return indices, (m,), sorted by one of the `ORDERS`; the sort is stable."""
    keys = ORDERS[order](evaluation)[indices]
    return indices[np.argsort(keys, kind="stable")]


def write_csv(evaluation: Evaluation, indices: np.ndarray) -> str:
    """Return images as comma-separated lines under `HEADER`, numbers in full precision."""
    # Imported here, because importing pandas delays the start of the app.
    import pandas as pd

    columns = (
        indices,
        evaluation.labels[indices],
        evaluation.predicted[indices],
        *evaluation.probabilities[indices].T,
        evaluation.losses[indices],
    )
    table = pd.DataFrame(dict(zip(HEADER, columns, strict=True)))
    return table.to_csv(index=False, lineterminator="\n")
