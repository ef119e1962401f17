"""Tests of mnist_core.evaluation.label_issues: disputed labels and confident learning."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import (
    DISPUTED,
    LabelIssues,
    find_disputed,
    find_label_errors,
    leave_out_disputed,
    write_issues_csv,
)


def test_the_reviews_match_the_shipped_test_set(data: Mnist) -> None:
    """Fifteen images, each with its label, five votes, and fewer than three for the label."""
    assert len(DISPUTED) == 15
    for index, review in DISPUTED.items():
        assert data.test.labels[index] == review.given != review.other
        assert review.votes_given + review.votes_other + review.votes_neither == 5
        assert review.votes_given < 3
    assert find_disputed(data.test.labels).tolist() == list(DISPUTED)


def test_another_test_set_has_no_reviews(data: Mnist) -> None:
    """It is too short, or has other labels at these indices."""
    assert len(find_disputed(data.test.labels[:900])) == 0
    assert len(find_disputed((data.test.labels + 1) % 10)) == 0


def test_accuracy_without_the_disputed(data: Mnist) -> None:
    """If only these are classified incorrectly, no mistake remains."""
    predictions = data.test.labels.copy()
    predictions[list(DISPUTED)] = (predictions[list(DISPUTED)] + 1) % 10
    evaluation = Evaluation(data.test.labels, np.eye(10, dtype=np.float32)[predictions])
    assert evaluation.accuracy == pytest.approx(1 - 15 / 10_000)
    assert leave_out_disputed(evaluation).accuracy == 1
    assert len(leave_out_disputed(evaluation).labels) == 9985


def make_probabilities(labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return probabilities, (n, 10), of a classifier that is confident in the labels."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1, (len(labels), 10))
    logits[np.arange(len(labels)), labels] += 20
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def test_swapped_labels_are_found() -> None:
    """Three labels of each digit are changed; exactly these 30 are found, with their digits."""
    truth = np.tile(np.arange(10), 300)
    swapped = np.arange(0, 3000, 101)
    labels = truth.copy()
    labels[swapped] = (truth[swapped] + 1) % 10
    issues = find_label_errors(make_probabilities(truth), labels)
    assert sorted(issues.indices) == swapped.tolist()
    assert np.array_equal(issues.suggested, truth[issues.indices])


def test_issues_are_ranked_by_margin() -> None:
    """The given label's probability minus the highest other one, computed by hand."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    probabilities = np.zeros((6, 10))
    probabilities[:, 0] = [0.9, 0.9, 0.3, 0.75, 0.1, 0.95]
    probabilities[:, 1] = 1 - probabilities[:, 0]
    # The means are 0.7 for 0 and 0.4 for 1.
    issues = find_label_errors(probabilities, labels)
    assert issues.indices.tolist() == [5, 3, 2]
    assert issues.suggested.tolist() == [0, 0, 1]
    assert issues.margins == pytest.approx([-0.9, -0.5, -0.4])


def test_a_digit_without_images_is_never_suggested() -> None:
    """It has no mean probability."""
    labels = np.zeros(5, int)
    probabilities = np.eye(10)[[0, 0, 0, 3, 0]]
    assert len(find_label_errors(probabilities, labels).indices) == 0


def test_issues_are_written_as_a_table() -> None:
    """With the label of each image and a person's judgment where there is one."""
    issues = LabelIssues(np.array([2, 0]), np.array([7, 1]), np.array([-0.5, -0.25]))
    table = write_issues_csv(issues, np.array([4, 5, 6]), {2: "label"})
    assert table.splitlines() == [
        "index,label,suggested,margin,judgment",
        "2,6,7,-0.5,label",
        "0,4,1,-0.25,",
    ]
