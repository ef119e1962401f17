"""The guessing game: rounds of a few images, reproducible by the round's number."""

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
    """The number of correct guesses in some rounds.

    Attributes:
        person: Images that the person classified correctly.
        model: Images that the model classified correctly.
        images: All images of the rounds.
    """

    person: int
    model: int
    images: int

    def __add__(self, other: Score) -> Score:
        return Score(
            self.person + other.person, self.model + other.model, self.images + other.images
        )


def draw_round(evaluation: Evaluation, deck: str, number: int) -> np.ndarray:
    """Return the indices of a round's images, (5,) int64, or fewer if the deck is smaller.

    Args:
        evaluation: The model's predictions.
        deck: "mistakes", all images that the model classified incorrectly, or "close", the
            hundred images with the smallest difference between the two highest probabilities.
        number: The round's number, 0 or more.

    Examples:
        >>> labels = np.arange(10, dtype=np.uint8)
        >>> evaluation = Evaluation(labels, np.eye(10)[[*range(8), 0, 0]])
        >>> sorted(draw_round(evaluation, "mistakes", number=0).tolist())
        [8, 9]
        >>> score_round(evaluation, np.array([8, 9]), guesses={8: 8, 9: 4})
        Score(person=1, model=0, images=2)
    """
    if deck == "mistakes":
        indices = Filter().select(evaluation)
    else:
        all_indices = Filter(predictions="all").select(evaluation)
        indices = sort_images(evaluation, all_indices, "margin")[:HARDEST]
    random = np.random.default_rng(number)
    return random.permutation(indices)[:IMAGES]


def score_round(evaluation: Evaluation, images: np.ndarray, guesses: dict[int, int]) -> Score:
    """Count the correct guesses and the model's correct predictions in a round.

    Args:
        evaluation: The model's predictions.
        images: (m,), the indices of the round's images.
        guesses: The guessed digits by image index; images without a guess count as incorrect.
    """
    person = sum(int(guesses.get(int(i), -1) == evaluation.labels[i]) for i in images)
    model = int((evaluation.predicted[images] == evaluation.labels[images]).sum())
    return Score(person, model, len(images))
