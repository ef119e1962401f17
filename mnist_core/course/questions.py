"""The question of each chapter. Answers and figures are computed from the data and the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnist_core.course import data_questions, network_questions
from mnist_core.course.question import Question
from mnist_core.datasets.mnist import Mnist

QUESTIONS: Mapping[str, Callable[[Mnist], Question]] = {
    "data": data_questions.ask_about_data,
    "image": data_questions.ask_about_image,
    "scaling": data_questions.ask_about_scaling,
    "one-hot": data_questions.ask_about_one_hot,
    "network": network_questions.ask_about_network,
    "learning": network_questions.ask_about_learning,
    "training": network_questions.ask_about_training,
    "evaluation": network_questions.ask_about_evaluation,
    "mistakes": network_questions.ask_about_mistakes,
    "own-digit": network_questions.ask_about_own_digit,
}
"""By the id of a chapter, what makes its question."""
