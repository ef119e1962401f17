"""A question whose answer can be checked: a number, or one of a few choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mnist_core.messages import Message

Answer = float | str


@dataclass(frozen=True)
class Question:
    """A question about a chapter.

    Attributes:
        prompt: The question.
        answer: The right answer: a number, or the id of a choice.
        why: What is said to the right answer: why it is right.
        hint: What is said to a wrong answer: how to find the right one.
        hints: What is said to a certain wrong answer instead.
        choices: The choices by id, for a question that has some.
        tolerance: By how much a number may differ.

    Examples:
        >>> from mnist_core.messages import message
        >>> sum_of_two = Question(
        ...     message("What is 1 + 1?"), 2, message("One more than 1."), message("Count."),
        ...     hints={11: message("Add the numbers, not their digits.")},
        ... )
        >>> sum_of_two.is_right(2), sum_of_two.comment_on(11)
        (True, 'Add the numbers, not their digits.')
    """

    prompt: Message
    answer: Answer
    why: Message
    hint: Message
    hints: Mapping[Answer, Message] = field(default_factory=dict)
    choices: Mapping[str, Message] = field(default_factory=dict)
    tolerance: float = 0.0

    def is_right(self, given: Answer) -> bool:
        """Return whether an answer is right."""
        if isinstance(given, str) or isinstance(self.answer, str):
            return given == self.answer
        return abs(given - self.answer) <= self.tolerance

    def is_possible(self, given: object) -> bool:
        """Return whether something can be an answer, right or wrong."""
        if self.choices:
            return given in self.choices
        return isinstance(given, int | float) and not isinstance(given, bool)

    def comment_on(self, given: Answer) -> Message:
        """Return what is said to an answer."""
        return self.why if self.is_right(given) else self.hints.get(given, self.hint)
