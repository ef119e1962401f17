"""The guessing game: a person labels five images and compares scores with the model."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.guessing_game import DECKS, IMAGES, Score, draw_round, score_round
from mnist_core.evaluation.label_issues import find_disputed
from mnist_core.messages import message
from ui import state
from ui.components.announcement import announce
from ui.components.browser_memory import remember
from ui.components.html_choices import show_choices
from ui.components.received import is_whole
from ui.error_analysis.view import View, change_view, link_widget
from ui.images import digit_html
from ui.language import _, localize, localize_each, ngettext
from ui.resources import get_data

GAME = "game"
"""The name under which the browser stores guesses and scores."""

MAX_RESTORED_ROUNDS = 1000
DECK_NAMES = {"mistakes": message("Its mistakes"), "close": message("Its closest calls")}
DECK_DESCRIPTIONS = {
    "mistakes": message("The model misclassified all of these images. Can you do better?"),
    "close": message(
        "The model was least sure of these images and got some of them right. Can you do better?"
    ),
}


def pick_round() -> int:
    """Return the number of a random round."""
    return 1 + secrets.randbelow(999_999)


def show_game(view: View, evaluation: Evaluation) -> None:
    """Show a round: the person's guesses first, then predictions, labels and both scores.

    Args:
        view: The deck and the round.
        evaluation: The predictions of the model to play against on the test images.
    """
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.segmented_control(
            _("Images"),
            DECKS,
            format_func=localize_each(DECK_NAMES),
            label_visibility="collapsed",
            required=True,
            **link_widget("errors_deck", view.deck, lambda deck: change_view(deck=deck)),
        )
        st.html(f'<p class="note">{localize(DECK_DESCRIPTIONS[view.deck])}</p>', width="content")
    images = draw_round(evaluation, view.deck, view.round)
    if len(images) == 0:
        st.info(
            _("This model made no mistake, so there is nothing to guess. Play its closest calls."),
            icon=":material/celebration:",
        )
        return
    show_round(evaluation, view.deck, view.round, lambda: change_view(round=pick_round()))
    text = _(
        "Round {round:,}. Anyone who opens this page’s address gets the same images.",
        round=view.round,
    )
    st.html(f'<p class="note">{text}</p>')


def show_round(evaluation: Evaluation, deck: str, number: int, go_on: Callable[[], None]) -> None:
    """Show the images of a round with the guesses, or the labels and scores after it.

    Args:
        evaluation: The predictions of the model to play against on the test images.
        deck: The deck, which is not empty.
        number: The number of the round.
        go_on: Called when the person wants another round.
    """
    images = draw_round(evaluation, deck, number)
    key = f"{evaluation.digest[:12]} {deck} {number}"
    session = st.session_state
    guesses: dict[int, int] = session.setdefault(state.ERRORS_GUESSES, {}).setdefault(key, {})
    scores: dict[str, Score] = session.setdefault(state.ERRORS_SCORES, {})
    missing = sum(int(image) not in guesses for image in images)
    # A score that the browser has stored may be for other guesses.
    revealed = key in scores and not missing
    _show_cards(evaluation, images, guesses, revealed)
    if revealed:
        _show_scores(scores, key, go_on)
    else:
        _offer_reveal(evaluation, images, guesses, missing, key, scores)
    remember(GAME, {"guesses": session[state.ERRORS_GUESSES], "scores": _list_scores(scores)})


def restore_game(value: Any) -> None:
    """Restore the guesses and scores that the browser has stored; others are ignored."""
    if not isinstance(value, dict):
        return
    guesses, scores = value.get("guesses"), value.get("scores")
    if not isinstance(guesses, dict) or not isinstance(scores, dict):
        return
    if len(guesses) > MAX_RESTORED_ROUNDS:
        return
    rounds = {key: _parse_guesses(each) for key, each in guesses.items()}
    finished = {
        key: Score(*each)
        for key, each in scores.items()
        if key in rounds and _is_score(each) and len(rounds[key]) == each[2]
    }
    st.session_state[state.ERRORS_GUESSES] = rounds
    st.session_state[state.ERRORS_SCORES] = finished


def _parse_guesses(value: Any) -> dict[int, int]:
    if not isinstance(value, dict) or len(value) > IMAGES:
        return {}
    return {
        int(index): digit
        for index, digit in value.items()
        if re.fullmatch(r"[0-9]{1,5}", index) and is_whole(digit, 0, 9)
    }


def _is_score(value: Any) -> bool:
    is_triple = isinstance(value, list) and len(value) == 3
    return is_triple and all(is_whole(each, 0, IMAGES) for each in value)


def _list_scores(scores: dict[str, Score]) -> dict[str, list[int]]:
    return {key: [each.person, each.model, each.images] for key, each in scores.items()}


def _show_cards(
    evaluation: Evaluation, images: np.ndarray, guesses: dict[int, int], revealed: bool
) -> None:
    def guess(choice: str) -> None:
        index, digit = (int(part) for part in choice.split("-"))
        guesses[index] = digit

    disputed = set(find_disputed(evaluation.labels).tolist())
    cards = []
    for number, index in enumerate((int(image) for image in images), start=1):
        picture = digit_html(get_data().test.images[index], _("Image {number}", number=number))
        if revealed:
            result = _result(evaluation, index, guesses[index], index in disputed)
            cards.append(f"<div>{picture}{result}</div>")
            continue
        buttons = "".join(
            f'<button data-choice="{index}-{digit}" aria-label="{_name_choice(number, digit)}" '
            f'aria-pressed="{str(guesses.get(index) == digit).lower()}">{digit}</button>'
            for digit in range(10)
        )
        cards.append(f'<div>{picture}<div class="keys">{buttons}</div></div>')
    show_choices(
        f'<div class="guess">{"".join(cards)}</div>', _("Your guesses"), guess, "errors_guess"
    )


def _name_choice(number: int, digit: int) -> str:
    return _("Image {number} is {digit}", number=number, digit=digit)


def _result(evaluation: Evaluation, index: int, guess: int, is_disputed: bool) -> str:
    label, predicted = int(evaluation.labels[index]), int(evaluation.predicted[index])
    note = f"<small>{_('This label is disputed.')}</small>" if is_disputed else ""
    rows = (
        (_("You"), f"{guess}", _format_verdict(guess == label)),
        (_("Model"), f"{predicted}", _format_verdict(predicted == label)),
        (_("Label"), f"<b>{label}</b>", ""),
    )
    lines = "".join(
        f"<tr><th>{who}</th><td>{digit}</td><td>{verdict}</td></tr>" for who, digit, verdict in rows
    )
    return f"<table>{lines}</table>{note}"


def _format_verdict(is_correct: bool) -> str:
    return _("correct") if is_correct else _("incorrect")


def _offer_reveal(
    evaluation: Evaluation,
    images: np.ndarray,
    guesses: dict[int, int],
    missing: int,
    key: str,
    scores: dict[str, Score],
) -> None:
    def reveal() -> None:
        scores[key] = score_round(evaluation, images, guesses)

    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.button(
            _("Show the labels"),
            type="primary",
            icon=":material/visibility:",
            disabled=missing > 0,
            key="errors_reveal",
            on_click=reveal,
        )
        if missing:
            st.html(f'<p class="note">{_format_missing(missing)}</p>', width="content")


def _format_missing(count: int) -> str:
    return ngettext(
        "Choose a digit for {count} more image.",
        "Choose a digit for {count} more images.",
        count,
        count=count,
    )


def _show_scores(scores: dict[str, Score], key: str, go_on: Callable[[], None]) -> None:
    own = scores[key]
    total = sum(scores.values(), Score(0, 0, 0))
    rounds = ""
    if len(scores) > 1:
        text = _(
            "you and the model over {rounds} rounds, {images} images",
            rounds=len(scores),
            images=total.images,
        )
        rounds = f"<div><b>{total.person} : {total.model}</b><small>{text}</small></div>"
    person = _("{count} of {total}", count=own.person, total=own.images)
    model = _("{count} of {total}", count=own.model, total=own.images)
    with st.container(key="errors_score"):
        st.html(
            f'<div class="score"><div><b>{person}</b><small>{_("you")}</small></div>'
            f"<div><b>{model}</b><small>{_('the model')}</small></div>{rounds}</div>"
        )
    announce("errors_score", f"{key} {own}")
    st.button(
        _("Five others"),
        type="primary",
        icon=":material/casino:",
        key="errors_next_round",
        on_click=go_on,
    )
