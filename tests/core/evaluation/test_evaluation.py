"""Tests of mnist_core.evaluation.evaluation: metrics of four predictions computed by hand."""

import math

import numpy as np
import pytest

from mnist_core.datasets.mnist import DatasetError, Mnist, Split
from mnist_core.evaluation.evaluation import Evaluation, evaluate
from mnist_core.inference.classifier import Classifier

LABELS = np.array([3, 3, 5, 0], np.uint8)


@pytest.fixture
def evaluation() -> Evaluation:
    """Labels 3, 3, 5 and 0 with predictions 3, 8, 3 and 0."""
    probabilities = np.zeros((4, 10), np.float32)
    probabilities[0, [3, 8]] = 0.75, 0.25
    probabilities[1, [3, 8]] = 0.25, 0.75
    probabilities[2, [3, 5]] = 1, 0
    probabilities[3, 0] = 1
    return Evaluation(LABELS, probabilities)


def test_accuracy(evaluation: Evaluation) -> None:
    """The prediction is the most probable digit; two of four are correct."""
    assert evaluation.predicted.tolist() == [3, 8, 3, 0]
    assert evaluation.accuracy == 0.5


def test_the_loss_is_the_mean_cross_entropy(evaluation: Evaluation) -> None:
    """Minus the logarithm of the label's probability, finite for a probability of 0."""
    assert evaluation.losses[0] == pytest.approx(-math.log(0.75))
    assert evaluation.losses[1] == pytest.approx(-math.log(0.25))
    assert 80 < evaluation.losses[2] < math.inf
    assert evaluation.losses[3] == 0
    assert evaluation.loss == pytest.approx(evaluation.losses.mean())


def test_the_confusion_matrix(evaluation: Evaluation) -> None:
    """Rows are labels, columns predictions."""
    expected = np.zeros((10, 10), int)
    expected[3, 3] = expected[3, 8] = expected[5, 3] = expected[0, 0] = 1
    assert np.array_equal(evaluation.confusion, expected)


def test_mistakes_are_in_the_order_of_the_split(evaluation: Evaluation) -> None:
    """With index, label, prediction and probabilities."""
    mistakes = [(item.index, item.true, item.predicted) for item in evaluation.mistakes]
    assert mistakes == [(1, 3, 8), (2, 5, 3)]
    assert evaluation.mistakes[0].probabilities[8] == 0.75


def test_the_default_model_is_evaluated(data: Mnist) -> None:
    """The predictions are those for single images; accuracy, mistakes and matrix agree."""
    classifier = Classifier.load()
    few = Split(data.test.images[:1500], data.test.labels[:1500])
    evaluation = evaluate(classifier, few, "digest")
    predictions = [
        classifier.probabilities(data.test.images[i : i + 1]).argmax() for i in range(200)
    ]
    assert evaluation.predicted[:200].tolist() == predictions
    assert evaluation.digest == "digest"
    assert evaluation.accuracy == (evaluation.predicted == few.labels).mean()
    assert len(evaluation.mistakes) == round(1500 * (1 - evaluation.accuracy)) > 0
    assert evaluation.confusion.sum(axis=1).tolist() == np.bincount(few.labels).tolist()


def test_a_split_of_two_images_is_evaluated(data: Mnist) -> None:
    """Any number of images is allowed."""
    few = Split(data.test.images[:2], data.test.labels[:2])
    assert evaluate(Classifier.load(), few).probabilities.shape == (2, 10)


def test_a_split_without_images_is_refused() -> None:
    """There is no accuracy of nothing."""
    empty = Split(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
    with pytest.raises(DatasetError, match="no images"):
        evaluate(Classifier.load(), empty)
