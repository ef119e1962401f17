"""Disputed labels and suspected ones."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import (
    DISPUTED,
    find_disputed,
    find_label_errors,
    leave_out_disputed,
)


def test_the_reviews_fit_the_shipped_test_set(data: Mnist) -> None:
    """Fifteen images, each with its own label, five votes, and fewer than three for the label."""
    assert len(DISPUTED) == 15
    for index, review in DISPUTED.items():
        assert data.test.labels[index] == review.given != review.other
        assert review.votes_given + review.votes_other + review.votes_neither == 5
        assert review.votes_given < 3
    assert find_disputed(data.test.labels).tolist() == list(DISPUTED)


def test_another_test_set_has_no_reviews(data: Mnist) -> None:
    """Too short, or with other labels at these places."""
    assert len(find_disputed(data.test.labels[:900])) == 0
    assert len(find_disputed((data.test.labels + 1) % 10)) == 0


def test_accuracy_without_the_disputed(data: Mnist) -> None:
    """Where only these were read wrongly, nothing wrong is left."""
    answers = data.test.labels.copy()
    answers[list(DISPUTED)] = (answers[list(DISPUTED)] + 1) % 10
    evaluation = Evaluation(data.test.labels, np.eye(10, dtype=np.float32)[answers])
    assert evaluation.accuracy == pytest.approx(1 - 15 / 10_000)
    assert leave_out_disputed(evaluation).accuracy == 1
    assert len(leave_out_disputed(evaluation).labels) == 9985


def make_answers(labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return probabilities, (n, 10), of a classifier that is usually sure of the labels."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1, (len(labels), 10))
    logits[np.arange(len(labels)), labels] += 6
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def test_swapped_labels_are_found() -> None:
    """Thirty labels among three thousand are changed at random; nearly all and little else show."""
    random = np.random.default_rng(1)
    truth = random.integers(0, 10, 3000)
    probabilities = make_answers(truth)
    labels = truth.copy()
    swapped = random.choice(3000, 30, replace=False)
    labels[swapped] = (truth[swapped] + random.integers(1, 10, 30)) % 10
    doubts = find_label_errors(probabilities, labels)
    found = set(doubts.indices) & set(swapped)
    assert len(found) >= 20
    assert len(set(doubts.indices) - set(swapped)) <= 5
    right = dict(zip(doubts.indices, doubts.suggested, strict=True))
    assert all(right[index] == truth[index] for index in found)


def test_the_likeliest_error_comes_first() -> None:
    """By the given label's probability less the highest other one, worked out by hand."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    probabilities = np.zeros((6, 10))
    probabilities[:, 0] = [0.9, 0.9, 0.3, 0.75, 0.1, 0.95]
    probabilities[:, 1] = 1 - probabilities[:, 0]
    # The means are 0.7 for 0 and 0.4 for 1.
    doubts = find_label_errors(probabilities, labels)
    assert doubts.indices.tolist() == [5, 3, 2]
    assert doubts.suggested.tolist() == [0, 0, 1]
    assert doubts.margins == pytest.approx([-0.9, -0.5, -0.4])


def test_a_digit_without_images_is_never_suggested() -> None:
    """It has no mean to be measured by."""
    labels = np.zeros(5, int)
    probabilities = np.eye(10)[[0, 0, 0, 3, 0]]
    assert len(find_label_errors(probabilities, labels).indices) == 0
