"""Label issues: labels of MNIST that are probably wrong.

Fifteen test labels were disputed in a human review: fewer than three of five people chose the
given label when asked to choose between it, the label that a network suggested, both, and neither
(Northcutt, Athalye and Mueller, "Pervasive label errors in test sets destabilize machine learning
benchmarks", 2021). The votes are those published at https://github.com/cleanlab/label-errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation


@dataclass(frozen=True)
class Review:
    """The votes of five people on the label of a test image.

    Attributes:
        given: The label in the data set, 0..9.
        other: The label that a network suggested, 0..9.
        votes_given: Votes for the given label.
        votes_other: Votes for the other label.
        votes_neither: Votes for neither.
    """

    given: int
    other: int
    votes_given: int
    votes_other: int
    votes_neither: int


DISPUTED = {
    947: Review(8, 9, 0, 5, 0),
    1621: Review(0, 6, 2, 3, 0),
    1901: Review(9, 4, 2, 3, 0),
    2130: Review(4, 9, 2, 2, 1),
    2462: Review(2, 0, 0, 4, 1),
    2597: Review(5, 3, 0, 4, 1),
    2654: Review(6, 1, 0, 2, 3),
    3520: Review(6, 4, 2, 0, 3),
    3558: Review(5, 0, 1, 4, 0),
    5937: Review(5, 3, 1, 3, 1),
    6651: Review(0, 6, 0, 5, 0),
    6783: Review(1, 6, 2, 3, 0),
    8527: Review(4, 9, 2, 2, 1),
    9679: Review(6, 3, 2, 0, 3),
    9729: Review(5, 6, 2, 3, 0),
}
"""The reviews by zero-based index into MNIST's test set."""


@dataclass(frozen=True, eq=False)
class LabelIssues:
    """Images whose label is probably wrong, the most probable error first.

    Attributes:
        indices: (m,) int64, the images.
        suggested: (m,) int64, the suggested digits.
        margins: (m,) float64, ascending: the given label's probability minus the highest other.
    """

    indices: np.ndarray
    suggested: np.ndarray
    margins: np.ndarray


def find_disputed(labels: np.ndarray) -> np.ndarray:
    """Return the indices of the disputed images in a test split, (m,) int64.

    In a test set other than MNIST's, only indices with the same label as in MNIST count.

    Args:
        labels: (n,) in 0..9.

    Examples:
        >>> from mnist_core import load_mnist
        >>> find_disputed(load_mnist().test.labels)[:3]
        array([ 947, 1621, 1901])
    """
    return np.array(
        [i for i, review in DISPUTED.items() if i < len(labels) and labels[i] == review.given],
        np.int64,
    )


def leave_out_disputed(evaluation: Evaluation) -> Evaluation:
    """Return an evaluation of the test split without its disputed images."""
    remaining = np.setdiff1d(np.arange(len(evaluation.labels)), find_disputed(evaluation.labels))
    return Evaluation(
        evaluation.labels[remaining], evaluation.probabilities[remaining], evaluation.digest
    )


def find_label_errors(probabilities: np.ndarray, labels: np.ndarray) -> LabelIssues:
    """Find labels that are probably wrong by confident learning.

    A digit is a confident prediction if its probability is at least the mean probability of that
    digit among all images with this label; among several, the most probable one counts. An image
    whose confident prediction is not its label is an issue; issues are ranked by margin
    (Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels",
    2021).

    Args:
        probabilities: (n, 10), from networks that were not trained on the image (cross-validated).
        labels: (n,) in 0..9, the given labels.

    Examples:
        >>> probabilities = np.eye(10)[[3, 3, 3, 8, 8, 8]]
        >>> issues = find_label_errors(probabilities, np.array([3, 3, 8, 8, 8, 8]))
        >>> issues.indices, issues.suggested, issues.margins
        (array([2]), array([3]), array([-1.]))
    """
    exact = probabilities.astype(np.float64)
    rows = np.arange(len(labels))
    given = exact[rows, labels]
    thresholds = np.array(
        [
            given[labels == digit].mean() if (labels == digit).any() else np.inf
            for digit in range(10)
        ]
    )
    confident = np.where(exact >= thresholds, exact, -1.0)
    suggested = confident.argmax(axis=1)
    is_issue = (confident[rows, suggested] >= 0) & (suggested != labels)
    others = exact.copy()
    others[rows, labels] = -1.0
    margins = given - others.max(axis=1)
    indices = np.flatnonzero(is_issue)
    indices = indices[np.argsort(margins[indices], kind="stable")]
    return LabelIssues(indices, suggested[indices], margins[indices])


def write_issues_csv(issues: LabelIssues, labels: np.ndarray, judgments: Mapping[int, str]) -> str:
    """Return label issues as a table in CSV format.

    Args:
        issues: The label issues.
        labels: (n,) in 0..9, the labels of all images.
        judgments: A person's judgment of some images, by index.
    """
    import pandas as pd

    table = pd.DataFrame(
        {
            "index": issues.indices,
            "label": labels[issues.indices],
            "suggested": issues.suggested,
            "margin": issues.margins,
            "judgment": [judgments.get(index, "") for index in issues.indices.tolist()],
        }
    )
    return table.to_csv(index=False, lineterminator="\n")
