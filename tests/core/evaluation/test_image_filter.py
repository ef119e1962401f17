"""Choosing, sorting and exporting images of an evaluation."""

import csv
import io

import numpy as np
import pytest

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import (
    ANSWERS,
    ORDERS,
    Filter,
    measure_margins,
    sort_images,
    write_csv,
)
from mnist_core.evaluation.label_issues import DISPUTED


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Return random answers to as many images as MNIST's test set has."""
    random = np.random.default_rng(5)
    labels = random.integers(0, 10, 10_000).astype(np.uint8)
    for index, review in DISPUTED.items():
        labels[index] = review.given
    logits = random.normal(0, 2, (10_000, 10))
    logits[np.arange(10_000), labels] += 4
    powers = np.exp(logits)
    return Evaluation(labels, (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32))


def test_mistakes_are_the_default(evaluation: Evaluation) -> None:
    """All of them, in order."""
    assert Filter().select(evaluation).tolist() == [m.index for m in evaluation.mistakes]


def test_the_answers_split_all_images(evaluation: Evaluation) -> None:
    """Right and wrong together are all."""
    wrong, right, every = (Filter(answers=a).select(evaluation) for a in ANSWERS)
    assert np.array_equal(np.sort(np.concatenate([wrong, right])), every)
    assert len(every) == 10_000


@pytest.mark.parametrize(("true", "predicted"), [(4, 9), (4, None), (None, 9), (7, 7)])
def test_a_cell_of_the_matrix_is_a_filter(
    evaluation: Evaluation, true: int | None, predicted: int | None
) -> None:
    """As many images pass as the confusion matrix counts."""
    chosen = Filter(true=true, predicted=predicted, answers="all").select(evaluation)
    rows = slice(None) if true is None else true
    columns = slice(None) if predicted is None else predicted
    assert len(chosen) == evaluation.confusion[rows, columns].sum() > 0


def test_bounds_of_confidence_are_included(evaluation: Evaluation) -> None:
    """An image whose confidence is the bound itself stays."""
    confidence = evaluation.probabilities.max(axis=1)
    low, high = np.sort(confidence)[[100, 200]]
    chosen = Filter(answers="all", low=float(low), high=float(high)).select(evaluation)
    assert len(chosen) == 101
    assert confidence[chosen].min() == low and confidence[chosen].max() == high


def test_a_probability_just_above_one_passes() -> None:
    """A softmax in float32 may round so."""
    probabilities = np.zeros((1, 10), np.float32)
    probabilities[0, 3] = np.nextafter(np.float32(1), np.float32(2))
    evaluation = Evaluation(np.array([3], np.uint8), probabilities)
    assert Filter(answers="all").select(evaluation).tolist() == [0]


def test_disputed_labels_can_be_singled_out(evaluation: Evaluation) -> None:
    """The fifteen, or all but them."""
    disputed = Filter(answers="all", labels="disputed").select(evaluation)
    assert disputed.tolist() == sorted(DISPUTED)
    assert len(Filter(answers="all", labels="undisputed").select(evaluation)) == 10_000 - 15


def test_the_orders_sort_by_what_they_say(evaluation: Evaluation) -> None:
    """Each against its own figure."""
    indices = Filter().select(evaluation)
    confidence = evaluation.probabilities.max(axis=1)
    ranked = np.sort(evaluation.probabilities, axis=1)
    figures = {
        "surest": -confidence,
        "unsurest": confidence,
        "loss": -evaluation.losses,
        "least-loss": evaluation.losses,
        "margin": ranked[:, -1] - ranked[:, -2],
        "index": np.arange(10_000),
    }
    assert set(figures) == set(ORDERS)
    for order, figure in figures.items():
        chosen = sort_images(evaluation, indices, order)
        assert sorted(chosen) == indices.tolist()
        assert (np.diff(figure[chosen]) >= 0).all(), order


def test_margins_by_hand() -> None:
    """The two largest, wherever they stand."""
    probabilities = np.array([[0.5, 0, 0, 0.2, 0, 0.3, 0, 0, 0, 0]], np.float32)
    assert measure_margins(probabilities) == pytest.approx([0.2])


def test_the_table_loses_nothing(evaluation: Evaluation) -> None:
    """Read back, it holds the very numbers, in the order that was asked for."""
    indices = np.array([947, 3, 9999])
    rows = list(csv.DictReader(io.StringIO(write_csv(evaluation, indices))))
    assert [int(row["index"]) for row in rows] == indices.tolist()
    for row, index in zip(rows, indices, strict=True):
        assert int(row["true"]) == evaluation.labels[index]
        assert int(row["predicted"]) == evaluation.predicted[index]
        read = [np.float32(row[f"probability_{digit}"]) for digit in range(10)]
        assert np.array_equal(read, evaluation.probabilities[index])
        assert np.float32(row["loss"]) == evaluation.losses[index]
