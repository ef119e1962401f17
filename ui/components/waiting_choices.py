"""Choices that wait in the browser until the script has handled them.

Streamlit keeps only the last message of a component. So each message has all choices that the
server has not confirmed, with a number each, and the data of the component confirm the last one.
"""

from collections.abc import Iterator

import streamlit as st

from ui.components.received import read_choices


def take_new(received: object, handled: str) -> Iterator[str]:
    """Yield each choice that was not handled yet, in order, and note that it is.

    Args:
        received: What the browser has sent.
        handled: The session-state key of the number of the last one that was handled.
    """
    for number, choice in read_choices(received):
        if number > st.session_state.get(handled, 0):
            st.session_state[handled] = number
            yield choice
