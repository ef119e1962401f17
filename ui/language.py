"""The language of a session, and the translation of what the pages show.

The language is the one in the address (`?lang=`), else the one that the person chose, else the
browser's first language that the app has. It belongs to the session: two people, or two tabs, can
have different ones.
"""

from __future__ import annotations

import streamlit as st

from mnist_core.messages import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Message,
    message,
    plural_message,
)
from ui import state

LANGUAGE_PARAMETER = "lang"


def get_language() -> str:
    """Return the code of the session's language."""
    for code in (
        st.query_params.get(LANGUAGE_PARAMETER),
        st.session_state.get(state.LANGUAGE),
        (st.context.locale or "").partition("-")[0],
    ):
        if code in LANGUAGES:
            return code
    return DEFAULT_LANGUAGE


def _(template: str, /, **values: object) -> str:
    """Return a sentence in the session's language; see `mnist_core.messages.message`."""
    return message(template, **values).in_language(get_language())


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return one of two sentences by a number; see `mnist_core.messages.plural_message`."""
    return plural_message(singular, plural, number, **values).in_language(get_language())


def localize(text: str) -> str:
    """Return a text in the session's language if it is a message of the core."""
    return text.in_language(get_language()) if isinstance(text, Message) else text
