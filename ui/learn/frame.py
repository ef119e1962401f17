"""The frame of a chapter: words and result side by side, then code and question."""

from collections.abc import Callable

import streamlit as st

from mnist_core.course.questions import QUESTIONS
from ui.layout import error_boundary
from ui.learn.question_view import show_question
from ui.resources import get_data

Part = Callable[[], None]


def show_parts(words: Part, result: Part, code: Part, name: str) -> None:
    """Show the parts of a chapter; on a phone one below the other, in this order.

    Args:
        words: Shows the few sentences.
        result: Shows the live result.
        code: Shows the lines of code and what they print.
        name: The chapter's id, which has a question.
    """
    left, right = st.columns([1, 1.3], gap="large")
    with left, error_boundary():
        words()
    with right, error_boundary():
        result()
    _show_code_and_question(code, name)


def show_wide_parts(words: Part, aside: Part | None, result: Part, code: Part, name: str) -> None:
    """Show the parts of a chapter whose result needs the whole width.

    Args:
        words: Shows the few sentences.
        aside: Shows what is beside them, if anything.
        result: Shows the live result, below both.
        code: Shows the lines of code and what they print.
        name: The chapter's id, which has a question.
    """
    if aside is None:
        with error_boundary():
            words()
    else:
        left, right = st.columns(2, gap="large")
        with left, error_boundary():
            words()
        with right, error_boundary():
            aside()
    with error_boundary():
        result()
    _show_code_and_question(code, name)


def _show_code_and_question(code: Part, name: str) -> None:
    left, right = st.columns([1.3, 1], gap="large")
    with left, error_boundary():
        code()
    with right, error_boundary():
        show_question(name, QUESTIONS[name](get_data()))
