"""Chapter: the mistakes, as a guessing game."""

import streamlit as st

from mnist_core.course.recipe import find_code
from ui import state
from ui.error_analysis.guessing_game import pick_round, show_round
from ui.language import _
from ui.learn.cached_results import get_tutorial_evaluation
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_wide_parts
from ui.learn.words import show_words

LISTED = 10


def show() -> None:
    """Let the learner guess five of the network's mistakes."""
    show_wide_parts(_show_words, None, _show_game, _show_code, "mistakes")


def _show_words() -> None:
    evaluation = get_tutorial_evaluation()
    show_words(
        _(
            "An [accuracy](#accuracy) hides what is wrong. Of the {images} test images the network "
            "misclassifies {mistakes}. Here are five of them, drawn at random. Which digits did "
            "their writers mean? Guess first; then compare your score with the network’s.",
            images=f"{len(evaluation.labels):,}",
            mistakes=f"{len(evaluation.mistakes):,}",
        )
    )


@st.fragment
def _show_game() -> None:
    number = st.session_state.setdefault(state.LEARN_ROUND, 1)
    show_round(get_tutorial_evaluation(), "mistakes", number, _next_round)


def _next_round() -> None:
    st.session_state[state.LEARN_ROUND] = pick_round()


def _show_code() -> None:
    evaluation = get_tutorial_evaluation()
    lines = [
        f"{len(evaluation.mistakes)} of {len(evaluation.labels)} test images are classified "
        "incorrectly."
    ]
    lines += [
        f"Image {each.index}: {each.true}, classified as {each.predicted} "
        f"({each.probabilities.max():.1%})"
        for each in evaluation.mistakes[:LISTED]
    ]
    show_code_lines(find_code("Mistakes"), "\n".join(lines))
