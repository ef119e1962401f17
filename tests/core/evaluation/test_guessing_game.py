"""Tests of mnist_core.evaluation.guessing_game: the images of a round, and scores."""

import numpy as np
import pytest

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.guessing_game import HARDEST, Score, draw_round, score_round
from mnist_core.evaluation.image_filter import measure_margins


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Random predictions for 2,000 images, about half of them correct."""
    random = np.random.default_rng(3)
    probabilities = random.dirichlet(np.ones(10), 2000).astype(np.float32)
    labels = probabilities.argmax(axis=1)
    labels[::2] = random.integers(0, 10, 1000)
    return Evaluation(labels.astype(np.uint8), probabilities)


def test_a_round_is_reproducible(evaluation: Evaluation) -> None:
    """The same number gives the same five mistakes, another number others."""
    first = draw_round(evaluation, "mistakes", 7)
    assert first.tolist() == draw_round(evaluation, "mistakes", 7).tolist()
    assert first.tolist() != draw_round(evaluation, "mistakes", 8).tolist()
    assert len(set(first)) == 5
    assert (evaluation.predicted[first] != evaluation.labels[first]).all()


def test_close_calls_are_among_the_smallest_margins(evaluation: Evaluation) -> None:
    """The images are among the hundred smallest, classified correctly or not."""
    margins = measure_margins(evaluation.probabilities)
    limit = np.sort(margins)[HARDEST - 1]
    drawn = np.concatenate([draw_round(evaluation, "close", number) for number in range(20)])
    assert (margins[drawn] <= limit).all()
    assert len(set(evaluation.predicted[drawn] == evaluation.labels[drawn])) == 2


def test_a_round_has_fewer_images_if_the_deck_is_small() -> None:
    """One image for one mistake, none without mistakes."""
    labels = np.array([1, 2, 3], np.uint8)
    evaluation = Evaluation(labels, np.eye(10, dtype=np.float32)[[1, 0, 3]])
    assert draw_round(evaluation, "mistakes", 0).tolist() == [1]
    perfect = Evaluation(labels, np.eye(10, dtype=np.float32)[labels])
    assert len(draw_round(perfect, "mistakes", 0)) == 0


def test_scores_add_up(evaluation: Evaluation) -> None:
    """On the model's mistakes, a person who knows the labels scores 5 of 5, the model 0."""
    images = draw_round(evaluation, "mistakes", 1)
    correct = {int(index): int(evaluation.labels[index]) for index in images}
    assert score_round(evaluation, images, correct) == Score(5, 0, 5)
    assert score_round(evaluation, images, {}) == Score(0, 0, 5)
    assert Score(5, 0, 5) + Score(3, 2, 5) == Score(8, 2, 10)
