"""The questions of the chapters, whose answers are computed here in another way."""

import pytest

from mnist_core.course.glossary import TERMS
from mnist_core.course.question import Question
from mnist_core.course.questions import QUESTIONS
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.messages import message
from tests.evaluations import read_evaluation

ANSWERS = {
    "data": 784,
    "image": 210,
    "scaling": pytest.approx(0.2),
    "one-hot": pytest.approx(2.3026, abs=1e-4),
    "network": 20_000,
    "learning": "larger",
    "training": "average",
    "evaluation": len(read_evaluation(PRETRAINED / "tutorial.npz").mistakes),
    "mistakes": "chosen",
    "own-digit": "preparation",
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers(name: str, data: Mnist) -> None:
    """They are what a learner finds, and no hint belongs to a right answer."""
    question = QUESTIONS[name](data)
    assert question.answer == ANSWERS[name]
    assert question.is_possible(question.answer)
    assert question.comment_on(question.answer) == question.why
    wrong = [given for given in (*question.hints, *question.choices) if given != question.answer]
    assert wrong or not question.choices
    for given in wrong:
        assert question.is_possible(given)
        assert not question.is_right(given)
        assert question.comment_on(given) != question.why


def test_a_pixel_counted_from_1_or_by_column_has_its_own_hint(data: Mnist) -> None:
    """The usual mistakes lead to other numbers of the image, which are recognized."""
    question = QUESTIONS["image"](data)
    assert len(question.hints) == 2
    assert question.answer not in question.hints
    assert "first row" in question.comment_on(234)
    assert "The row comes first" in question.comment_on(172)


def test_validation_images_that_are_easier_are_a_reason_too(data: Mnist) -> None:
    """They are, a little, so the question is for the main reason."""
    question = QUESTIONS["training"](data)
    assert "What is the main reason" in question.prompt
    assert "a little easier, in fact" in question.comment_on("easier")


@pytest.mark.parametrize("given", [None, True, "7", [784]])
def test_what_is_no_number_is_no_answer(given: object, data: Mnist) -> None:
    """As it may come from a browser."""
    assert not QUESTIONS["data"](data).is_possible(given)


def test_a_choice_is_one_of_the_choices() -> None:
    """Numbers and unknown ids are no answers."""
    choices = {"up": message("Up"), "down": message("Down")}
    question = Question(message("?"), "up", message("Yes."), message("No."), choices=choices)
    assert question.is_possible("down")
    assert not question.is_possible("left")
    assert not question.is_right("down")
    assert not question.is_right(1)


def test_terms_have_japanese_characters_or_are_names() -> None:
    """Each term has both names and ends its meaning with a period."""
    for name, term in TERMS.items():
        is_japanese = any(ord(letter) > 0x3000 for letter in term.japanese)
        assert is_japanese or name == "mnist"
        assert term.meaning.endswith(".")
