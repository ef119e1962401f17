"""Accuracy, loss, confusions and mistakes, against a case worked out by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.evaluation.evaluation import Evaluation, EvaluationError, evaluate
from mnist_core.inference.classifier import Classifier

LABELS = np.array([3, 3, 5, 0], np.uint8)


@pytest.fixture
def evaluation() -> Evaluation:
    """Four answers: a 3 read as 3, a 3 read as 8, a 5 read as 3, and a 0 read as 0."""
    probabilities = np.zeros((4, 10), np.float32)
    probabilities[0, [3, 8]] = 0.75, 0.25
    probabilities[1, [3, 8]] = 0.25, 0.75
    probabilities[2, [3, 5]] = 1, 0
    probabilities[3, 0] = 1
    return Evaluation(LABELS, probabilities, digest="abc")


def test_half_of_the_answers_are_right(evaluation: Evaluation) -> None:
    """The likeliest digit counts."""
    assert evaluation.predicted.tolist() == [3, 8, 3, 0]
    assert evaluation.accuracy == 0.5


def test_the_loss_is_the_mean_surprise(evaluation: Evaluation) -> None:
    """Minus the logarithm of the label's probability; a probability of 0 stays finite."""
    assert evaluation.losses[0] == pytest.approx(-math.log(0.75))
    assert evaluation.losses[1] == pytest.approx(-math.log(0.25))
    assert 80 < evaluation.losses[2] < math.inf
    assert evaluation.losses[3] == 0
    assert evaluation.loss == pytest.approx(evaluation.losses.mean())


def test_confusions_stand_at_label_and_answer(evaluation: Evaluation) -> None:
    """Rows are labels, columns answers."""
    expected = np.zeros((10, 10), int)
    expected[3, 3] = expected[3, 8] = expected[5, 3] = expected[0, 0] = 1
    assert np.array_equal(evaluation.confusion, expected)


def test_mistakes_come_in_the_order_of_the_split(evaluation: Evaluation) -> None:
    """Each tells where it stands, what it is and what it was read as."""
    told = [(item.index, item.true, item.predicted) for item in evaluation.mistakes]
    assert told == [(1, 3, 8), (2, 5, 3)]
    assert evaluation.mistakes[0].probabilities[8] == 0.75


def test_an_evaluation_comes_back_from_its_file(evaluation: Evaluation, tmp_path: Path) -> None:
    """Labels, probabilities and the model's digest are kept exactly."""
    evaluation.save(tmp_path / "model.npz")
    kept = Evaluation.load(tmp_path / "model.npz")
    assert np.array_equal(kept.labels, evaluation.labels)
    assert np.array_equal(kept.probabilities, evaluation.probabilities)
    assert kept.digest == "abc"


def test_a_damaged_or_foreign_file_is_refused(evaluation: Evaluation, tmp_path: Path) -> None:
    """Nothing is unpickled, and the message says what to do."""
    path = tmp_path / "model.npz"
    evaluation.save(path)
    whole = path.read_bytes()
    pickled = tmp_path / "pickled.npz"
    np.savez(pickled, labels=np.array([print], dtype=object))
    foreign = tmp_path / "foreign.npz"
    np.savez(foreign, images=np.zeros(3))
    path.write_bytes(whole[: len(whole) // 2])
    empty = tmp_path / "empty.npz"
    empty.touch()
    array = tmp_path / "array.npz"
    with array.open("wb") as file:
        np.save(file, np.zeros(3))
    for wrong in (path, pickled, foreign, empty, array, tmp_path / "nowhere.npz"):
        with pytest.raises(EvaluationError, match=f"{wrong} cannot be read.*Delete it"):
            Evaluation.load(wrong)


def test_the_shipped_model_reads_the_test_images(data: Mnist) -> None:
    """Its accuracy is the share counted by hand, and about 99 %."""
    classifier = Classifier.load()
    evaluation = evaluate(classifier, data.test, "digest")
    answers = [classifier.probabilities(data.test.images[i : i + 1]).argmax() for i in range(200)]
    assert evaluation.predicted[:200].tolist() == answers
    assert evaluation.digest == "digest"
    assert evaluation.accuracy > 0.99
    assert len(evaluation.mistakes) == round(10_000 * (1 - evaluation.accuracy))
    assert evaluation.confusion.sum(axis=1).tolist() == np.bincount(data.test.labels).tolist()


def test_two_images_are_a_split_too(data: Mnist) -> None:
    """Any number of images will do."""
    few = Split(data.test.images[:2], data.test.labels[:2])
    assert evaluate(Classifier.load(), few).probabilities.shape == (2, 10)
