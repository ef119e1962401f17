"""How many drawings a hand has of each digit, with progress towards a good start."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from ui.components.html_choices import show_choices
from ui.language import _

GOOD_START = 5


def show_tally(counts: np.ndarray, chosen: int | None, choose: Callable[[int], None]) -> None:
    """Show a button for each digit with its number of drawings.

    Args:
        counts: (10,) int.
        chosen: The digit that is marked, None for none.
        choose: Called with the digit that is clicked.
    """
    tiles = "".join(
        f'<button data-choice="{digit}" aria-pressed="{str(digit == chosen).lower()}" '
        f'aria-label="{digit}: {format_tally(int(count))}"><b>{digit}</b>'
        f"<small>{format_tally(int(count))}</small>"
        f'<i style="--fraction:{min(1, count / GOOD_START):.2f}"></i></button>'
        for digit, count in enumerate(counts)
    )
    show_choices(
        f'<div class="tally">{tiles}</div>',
        _("Digits"),
        lambda digit: choose(int(digit)),
        "hand_tally",
    )
    st.html(f'<p class="note">{format_total(counts)}</p>')


def format_tally(count: int) -> str:
    """Return how many drawings there are of a digit."""
    if count >= GOOD_START:
        return f"{count}"
    return _("{count} of {total}", count=count, total=GOOD_START)


def format_total(counts: np.ndarray) -> str:
    """Return how many drawings there are in all, and how many are a good start."""
    total = int(counts.sum())
    if total == 0:
        return _(
            "No drawings yet. {good_start} of each digit are a good start.", good_start=GOOD_START
        )
    if int(counts.min()) >= GOOD_START:
        return _(
            "{total:,} drawings, at least {good_start} of each digit.",
            total=total,
            good_start=GOOD_START,
        )
    if total == 1:
        return _("1 drawing. {good_start} of each digit are a good start.", good_start=GOOD_START)
    return _(
        "{total:,} drawings. {good_start} of each digit are a good start.",
        total=total,
        good_start=GOOD_START,
    )
