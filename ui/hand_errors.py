"""Errors of keeping and teaching drawings, kept in a callback and shown by the next run."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mnist_core.errors import MnistError
from ui import state
from ui.layout import show_error


@contextmanager
def keep_hand_error() -> Iterator[None]:
    """Keep a `MnistError` of the block for `show_hand_error`; code after the block still runs."""
    try:
        yield
    except MnistError as error:
        st.session_state[state.HAND_ERROR] = error


def show_hand_error() -> None:
    """Show why the last drawing could not be kept or taught, once."""
    if error := st.session_state.pop(state.HAND_ERROR, None):
        show_error(error)
