"""Where a learner is and what they answered: in the address, the session and the browser.

The address has the chapter, so that a class can be sent to one. The answers are stored in the
learner's browser, as the guesses of the game are, and not with the kept drawings: these belong to a
hand, which the people at one app may share.
"""

from typing import Any

import streamlit as st

from mnist_core.course.question import Answer
from mnist_core.errors import shorten
from mnist_core.json_numbers import is_number
from ui import state
from ui.components.browser_memory import remember
from ui.components.received import is_whole
from ui.formatting import escape_markdown
from ui.language import _

PROGRESS = "learn"
"""The name under which the browser stores the progress."""

PARAMETER = "chapter"
MAX_ANSWER_LENGTH = 40
MAX_ROUND = 999_999


def get_chapter(chapters: int) -> int:
    """Return the number of the chapter to show, from 1: the one in the address, or the last one.

    Args:
        chapters: How many chapters there are.
    """
    text = st.query_params.get(PARAMETER)
    kept = max(1, min(st.session_state.get(state.LEARN_CHAPTER, 1), chapters))
    if text is None:
        if state.LEARN_CHAPTER in st.session_state:
            st.query_params[PARAMETER] = str(kept)
        return kept
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= chapters:
        st.session_state[state.LEARN_CHAPTER] = int(text)
        return int(text)
    st.warning(
        _(
            "The address names the chapter “{text}”; expected a number from 1 to {last}. You "
            "see chapter {shown}.",
            text=escape_markdown(shorten(text)),
            last=chapters,
            shown=kept,
        ),
        icon=":material/search_off:",
    )
    return kept


def open_chapter(number: int) -> None:
    """Show a chapter from now on."""
    st.session_state[state.LEARN_CHAPTER] = number
    st.query_params[PARAMETER] = str(number)


def get_answers() -> dict[str, Answer]:
    """Return the last answer to each question, by the id of its chapter; it may be changed."""
    return st.session_state.setdefault(state.LEARN_ANSWERS, {})


def get_field_key(name: str) -> str:
    """Return the key of the field for the answer to a chapter's question."""
    return f"learn_answer_{name}"


def remember_progress() -> None:
    """Store the chapter, the answers, the training and the round of the game in the browser."""
    session = st.session_state
    progress = {
        "chapter": session.get(state.LEARN_CHAPTER, 1),
        "answers": get_answers(),
        "run": session.get(state.LEARN_RUN),
        "round": session.get(state.LEARN_ROUND),
    }
    remember(PROGRESS, progress)


def restore_progress(value: Any) -> None:
    """Restore what the browser has stored; what is no chapter or no answer is ignored."""
    if not isinstance(value, dict):
        return
    chapter, answers = value.get("chapter"), value.get("answers")
    if is_whole(chapter, 1) and PARAMETER not in st.query_params:
        st.session_state[state.LEARN_CHAPTER] = chapter
    if isinstance(run := value.get("run"), str):
        st.session_state[state.LEARN_RUN] = run  # ignored where it is used if it does not exist
    if is_whole(number := value.get("round"), 1, MAX_ROUND):
        st.session_state[state.LEARN_ROUND] = number
    if isinstance(answers, dict):
        kept = {name: answer for name, answer in answers.items() if _is_answer(answer)}
        st.session_state[state.LEARN_ANSWERS] = {**kept, **get_answers()}
        for name in kept:  # the field was shown empty before the browser had sent its answer
            if st.session_state.get(get_field_key(name), "") is None:
                del st.session_state[get_field_key(name)]


def _is_answer(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_ANSWER_LENGTH
    return is_number(value)
