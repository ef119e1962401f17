"""Tests of mnist_core.evaluation.image_filter: filters, orders and export."""

import csv
import io

import numpy as np
import pytest

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import (
    ORDERS,
    PREDICTIONS,
    Filter,
    measure_margins,
    sort_images,
    write_csv,
)
from mnist_core.evaluation.label_issues import DISPUTED


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Random predictions for 10,000 images, with the labels of the disputed images of MNIST."""
    random = np.random.default_rng(5)
    labels = random.integers(0, 10, 10_000).astype(np.uint8)
    for index, review in DISPUTED.items():
        labels[index] = review.given
    logits = random.normal(0, 2, (10_000, 10))
    logits[np.arange(10_000), labels] += 4
    powers = np.exp(logits)
    return Evaluation(labels, (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32))


def test_the_default_filter_selects_the_mistakes(evaluation: Evaluation) -> None:
    """All of them, by ascending index."""
    assert Filter().select(evaluation).tolist() == [m.index for m in evaluation.mistakes]


def test_every_image_is_either_correct_or_incorrect(evaluation: Evaluation) -> None:
    """The two filters together select all images."""
    incorrect, correct, all_images = (
        Filter(predictions=predictions).select(evaluation) for predictions in PREDICTIONS
    )
    assert np.array_equal(np.sort(np.concatenate([incorrect, correct])), all_images)
    assert len(all_images) == 10_000


@pytest.mark.parametrize(("true", "predicted"), [(4, 9), (4, None), (None, 9), (7, 7)])
def test_a_filter_selects_a_cell_of_the_confusion_matrix(
    evaluation: Evaluation, true: int | None, predicted: int | None
) -> None:
    """As many images as the matrix counts."""
    chosen = Filter(true=true, predicted=predicted, predictions="all").select(evaluation)
    rows = slice(None) if true is None else true
    columns = slice(None) if predicted is None else predicted
    assert len(chosen) == evaluation.confusion[rows, columns].sum() > 0


def test_bounds_of_confidence_are_inclusive(evaluation: Evaluation) -> None:
    """Images whose confidence equals a bound are selected."""
    confidence = evaluation.probabilities.max(axis=1)
    low, high = np.sort(confidence)[[100, 200]]
    chosen = Filter(predictions="all", low=float(low), high=float(high)).select(evaluation)
    assert len(chosen) == 101
    assert confidence[chosen].min() == low and confidence[chosen].max() == high


def test_a_probability_just_above_one_passes() -> None:
    """Rounding in float32 can make a softmax exceed 1."""
    probabilities = np.zeros((1, 10), np.float32)
    probabilities[0, 3] = np.nextafter(np.float32(1), np.float32(2))
    evaluation = Evaluation(np.array([3], np.uint8), probabilities)
    assert Filter(predictions="all").select(evaluation).tolist() == [0]


def test_disputed_labels_are_selected_or_left_out(evaluation: Evaluation) -> None:
    """The fifteen, or all other images."""
    disputed = Filter(predictions="all", labels="disputed").select(evaluation)
    assert disputed.tolist() == sorted(DISPUTED)
    assert len(Filter(predictions="all", labels="undisputed").select(evaluation)) == 10_000 - 15


def test_images_are_sorted_by_each_order(evaluation: Evaluation) -> None:
    """Compared with sort keys computed in the test."""
    indices = Filter().select(evaluation)
    confidence = evaluation.probabilities.max(axis=1)
    ranked = np.sort(evaluation.probabilities, axis=1)
    keys = {
        "most-confident": -confidence,
        "least-confident": confidence,
        "loss": -evaluation.losses,
        "least-loss": evaluation.losses,
        "margin": ranked[:, -1] - ranked[:, -2],
        "index": np.arange(10_000),
    }
    assert set(keys) == set(ORDERS)
    for order, key in keys.items():
        chosen = sort_images(evaluation, indices, order)
        assert sorted(chosen) == indices.tolist()
        assert (np.diff(key[chosen]) >= 0).all(), order


def test_the_margin_is_the_difference_of_the_two_highest_probabilities() -> None:
    """0.5 minus 0.3, computed by hand."""
    probabilities = np.array([[0.5, 0, 0, 0.2, 0, 0.3, 0, 0, 0, 0]], np.float32)
    assert measure_margins(probabilities) == pytest.approx([0.2])


def test_the_csv_file_has_full_precision(evaluation: Evaluation) -> None:
    """The parsed numbers are equal to the originals, in the given order."""
    indices = np.array([947, 3, 9999])
    rows = list(csv.DictReader(io.StringIO(write_csv(evaluation, indices))))
    assert [int(row["index"]) for row in rows] == indices.tolist()
    for row, index in zip(rows, indices, strict=True):
        assert int(row["true"]) == evaluation.labels[index]
        assert int(row["predicted"]) == evaluation.predicted[index]
        read = [np.float32(row[f"probability_{digit}"]) for digit in range(10)]
        assert np.array_equal(read, evaluation.probabilities[index])
        assert np.float32(row["loss"]) == evaluation.losses[index]
