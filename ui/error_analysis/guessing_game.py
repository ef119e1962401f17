"""The guessing game: five images without their answers, then the person's score and the model's."""

import secrets

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.guessing_game import DECKS, Score, draw_round, score_round
from mnist_core.evaluation.label_issues import find_disputed
from ui import state
from ui.components.html_choices import show_choices
from ui.error_analysis.address import change_view, read_view, set_widget
from ui.formatting import format_count
from ui.images import digit_html
from ui.resources import get_data

DECK_NAMES = {"mistakes": "Its mistakes", "close": "Its closest calls"}
DECK_WORDS = {
    "mistakes": "The model read all of these wrongly. Can you do better?",
    "close": "Of these the model was least sure, and read some rightly. Can you do better?",
}


def pick_round() -> int:
    """Return the number of a round at random."""
    return 1 + secrets.randbelow(999_999)


def show_game(evaluation: Evaluation) -> None:
    """Show a round: guesses first, then what the model said, what the label is, and both scores.

    Args:
        evaluation: The answers to the test images of the model to play against.
    """
    view = read_view()
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.segmented_control(
            "Images",
            DECKS,
            format_func=DECK_NAMES.__getitem__,
            label_visibility="collapsed",
            required=True,
            **set_widget("errors_deck", view.deck, lambda deck: change_view(deck=deck)),
        )
        st.html(f'<p class="note">{DECK_WORDS[view.deck]}</p>', width="content")
    images = draw_round(evaluation, view.deck, view.round)
    if len(images) == 0:
        st.info(
            "This model made no mistake, so there is nothing to guess. Play its closest calls.",
            icon=":material/celebration:",
        )
        return
    name = f"{evaluation.digest[:12]} {view.deck} {view.round}"
    guesses: dict[int, int] = st.session_state.setdefault(state.ERRORS_GUESSES, {}).setdefault(
        name, {}
    )
    scores: dict[str, Score] = st.session_state.setdefault(state.ERRORS_SCORES, {})
    _show_cards(evaluation, images, guesses, revealed=name in scores)
    if name not in scores:
        _offer_answers(evaluation, images, guesses, name, scores)
    else:
        _show_score(scores, name)
    st.html(
        f'<p class="note">Round {view.round:,}. Whoever opens this page’s address gets the same '
        "images.</p>"
    )


def _show_cards(
    evaluation: Evaluation, images: np.ndarray, guesses: dict[int, int], revealed: bool
) -> None:
    def guess(choice: str) -> None:
        index, digit = (int(part) for part in choice.split("-"))
        guesses[index] = digit

    disputed = set(find_disputed(evaluation.labels).tolist())
    cards = []
    for number, index in enumerate(int(image) for image in images):
        picture = digit_html(get_data().test.images[index], f"Image {number + 1}")
        if revealed:
            cards.append(f"<div>{picture}{_answers(evaluation, index, guesses, disputed)}</div>")
            continue
        buttons = "".join(
            f'<button data-choice="{index}-{digit}" aria-label="Image {number + 1} is {digit}" '
            f'aria-pressed="{str(guesses.get(index) == digit).lower()}">{digit}</button>'
            for digit in range(10)
        )
        cards.append(f'<div>{picture}<div class="keys">{buttons}</div></div>')
    show_choices(
        f'<div class="guess">{"".join(cards)}</div>', "Your guesses", guess, "errors_guess"
    )


def _answers(
    evaluation: Evaluation, index: int, guesses: dict[int, int], disputed: set[int]
) -> str:
    label, read, guess = (
        int(evaluation.labels[index]),
        int(evaluation.predicted[index]),
        guesses[index],
    )
    note = "<small>This label is disputed.</small>" if index in disputed else ""
    return (
        f"<table><tr><th>You</th><td>{guess}</td><td>{_mark(guess == label)}</td></tr>"
        f"<tr><th>Model</th><td>{read}</td><td>{_mark(read == label)}</td></tr>"
        f"<tr><th>Label</th><td><b>{label}</b></td><td></td></tr></table>{note}"
    )


def _mark(is_right: bool) -> str:
    return "right" if is_right else "wrong"


def _offer_answers(
    evaluation: Evaluation,
    images: np.ndarray,
    guesses: dict[int, int],
    name: str,
    scores: dict[str, Score],
) -> None:
    def reveal() -> None:
        scores[name] = score_round(evaluation, images, guesses)

    missing = len(images) - len(guesses)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.button(
            "Show the answers",
            type="primary",
            icon=":material/visibility:",
            disabled=missing > 0,
            key="errors_reveal",
            on_click=reveal,
        )
        if missing:
            left = format_count(missing, "more image")
            st.html(f'<p class="note">Choose a digit for {left}.</p>', width="content")


def _show_score(scores: dict[str, Score], name: str) -> None:
    own = scores[name]
    total = sum(scores.values(), Score(0, 0, 0))
    rounds = ""
    if len(scores) > 1:
        rounds = (
            f"<div><b>{total.person} : {total.model}</b><small>you and the model over "
            f"{len(scores)} rounds, {total.images} images</small></div>"
        )
    st.html(
        f'<div class="score"><div><b>{own.person} of {own.images}</b><small>you</small></div>'
        f"<div><b>{own.model} of {own.images}</b><small>the model</small></div>{rounds}</div>"
    )
    st.button(
        "Five others",
        type="primary",
        icon=":material/casino:",
        key="errors_next_round",
        on_click=lambda: change_view(round=pick_round()),
    )
