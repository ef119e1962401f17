"""Filtering, sorting and exporting the images of an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import find_disputed

Predictions = Literal["incorrect", "correct", "all"]
Labels = Literal["all", "disputed", "undisputed"]
PREDICTIONS: tuple[Predictions, ...] = get_args(Predictions)
LABELS: tuple[Labels, ...] = get_args(Labels)
HEADER = ("index", "true", "predicted", *(f"probability_{digit}" for digit in range(10)), "loss")


@dataclass(frozen=True)
class Filter:
    """Conditions on images; an image passes if it meets all of them.

    Attributes:
        true: The label, 0..9; None for any.
        predicted: The predicted digit, 0..9; None for any.
        predictions: Whether the prediction is correct: "incorrect", "correct" or "all".
        labels: Whether the label was disputed in a human review: "disputed", "undisputed" or
            "all".
        low: The lowest probability of the predicted digit, 0..1, inclusive.
        high: The highest probability of the predicted digit, 0..1, inclusive.

    Examples:
        >>> probabilities = np.full((3, 10), 0.02)
        >>> probabilities[[0, 1, 2], [4, 9, 7]] = 0.82
        >>> evaluation = Evaluation(np.array([4, 4, 7], np.uint8), probabilities)
        >>> Filter().select(evaluation)
        array([1])
        >>> Filter(true=4, predictions="all").select(evaluation)
        array([0, 1])
    """

    true: int | None = None
    predicted: int | None = None
    predictions: Predictions = "incorrect"
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
        if self.predictions != "all":
            is_correct = evaluation.predicted == evaluation.labels
            passed &= is_correct if self.predictions == "correct" else ~is_correct
        if self.labels != "all":
            disputed = np.zeros(len(passed), bool)
            disputed[find_disputed(evaluation.labels)] = True
            passed &= disputed if self.labels == "disputed" else ~disputed
        return np.flatnonzero(passed)


def measure_margins(probabilities: np.ndarray) -> np.ndarray:
    """Return the difference of the two highest probabilities of each image.

    Args:
        probabilities: (n, 10) in 0..1.

    Returns:
        (n,) in 0..1.

    Examples:
        >>> measure_margins(np.array([[0.6, 0.3, 0.1, 0, 0, 0, 0, 0, 0, 0]])).round(3)
        array([0.3])
    """
    second, first = np.partition(probabilities, (-2, -1), axis=1)[:, -2:].T
    return first - second


ORDERS: dict[str, Callable[[Evaluation], np.ndarray]] = {
    "most-confident": lambda evaluation: -evaluation.probabilities.max(axis=1),
    "least-confident": lambda evaluation: evaluation.probabilities.max(axis=1),
    "loss": lambda evaluation: -evaluation.losses,
    "least-loss": lambda evaluation: evaluation.losses,
    "margin": lambda evaluation: measure_margins(evaluation.probabilities),
    "index": lambda evaluation: np.arange(len(evaluation.labels)),
}
"""The sort key of each order, by name; images are sorted by ascending key."""


def sort_images(evaluation: Evaluation, indices: np.ndarray, order: str) -> np.ndarray:
    """Return image indices, sorted by one of the `ORDERS`.

    Args:
        evaluation: The evaluation.
        indices: (m,), indices of its images.
        order: One of the `ORDERS`; images with equal keys keep their order.

    Returns:
        (m,), the same indices.

    Examples:
        >>> probabilities = np.full((2, 10), 0.02)
        >>> probabilities[[0, 1], [4, 9]] = 0.6, 0.9
        >>> evaluation = Evaluation(np.array([4, 9], np.uint8), probabilities)
        >>> sort_images(evaluation, np.array([0, 1]), "most-confident")
        array([1, 0])
    """
    keys = ORDERS[order](evaluation)[indices]
    return indices[np.argsort(keys, kind="stable")]


def write_csv(evaluation: Evaluation, indices: np.ndarray) -> str:
    """Return images as a table in CSV format with the columns of `HEADER`, in full precision.

    Args:
        evaluation: The evaluation.
        indices: (m,), indices of its images, in the order of the rows.
    """
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
