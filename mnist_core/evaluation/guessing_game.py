"""The guessing game: a few images, the same for everyone who has the round's number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter, sort_images

IMAGES = 5
HARDEST = 100
DECKS = ("mistakes", "close")


@dataclass(frozen=True)
class Score:
    """How many images of some rounds a person and a model read as labeled."""

    person: int
    model: int
    images: int

    def __add__(self, other: Score) -> Score:
        return Score(
            self.person + other.person, self.model + other.model, self.images + other.images
        )


def draw_round(evaluation: Evaluation, deck: str, number: int) -> np.ndarray:
    """Return the images of a round, (5,) int64 or fewer where the deck is smaller.

    Args:
        evaluation: The model's answers.
        deck: "mistakes", all that the model got wrong, or "close", the hundred images whose two
            likeliest digits lie closest together, right or wrong.
        number: The round's number, 0 or more.
    """
    if deck == "mistakes":
        indices = Filter().select(evaluation)
    else:
        every = Filter(answers="all").select(evaluation)
        indices = sort_images(evaluation, every, "margin")[:HARDEST]
    random = np.random.default_rng(number)
    return random.permutation(indices)[:IMAGES]


def score_round(evaluation: Evaluation, images: np.ndarray, guesses: dict[int, int]) -> Score:
    """Count how many images a person's guesses, by index, and the model's answers got right."""
    person = sum(int(guesses.get(int(i), -1) == evaluation.labels[i]) for i in images)
    model = int((evaluation.predicted[images] == evaluation.labels[images]).sum())
    return Score(person, model, len(images))
