"""The language of a session, and the translation of what the pages show.

The language is the one in the address (`?lang=`), else the one that the person chose, else the
browser's first language that the app has. It belongs to the session: two people, or two tabs, can
have different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st
from babel import Locale
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core import messages
from mnist_core.messages import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Message,
    find_language,
    get_locale,
    message,
    plural_message,
    translate,
)
from ui import state

LANGUAGE_PARAMETER = "lang"

Key = TypeVar("Key")


class LaterText(str):
    """A text that `str` translates, for decorators that are called before there is a session.

    Streamlit calls `str` whenever it shows the text of a spinner.
    """

    message: Message

    def __new__(cls, text: Message) -> LaterText:
        """Return the text of a message."""
        made = super().__new__(cls, text)
        made.message = text
        return made

    def __str__(self) -> str:
        """Return the text in the session's language."""
        return localize(self.message)


def get_language() -> str:
    """Return the code of the session's language, of English where there is no session."""
    if not _has_session():
        return DEFAULT_LANGUAGE
    chosen = st.session_state.get(state.LANGUAGE)
    return str(chosen) if chosen in LANGUAGES else find_language([st.context.locale or ""])


def adopt_language() -> None:
    """Take the language of the address for the session, whose other pages have other addresses.

    Called at the start of each run, so that `get_language` need not look at the address.
    """
    code = st.query_params.get(LANGUAGE_PARAMETER)
    if code in LANGUAGES:
        st.session_state[state.LANGUAGE] = code


def choose_language(code: str) -> None:
    """Choose a language for the session; the address follows if it names one."""
    st.session_state[state.LANGUAGE] = code
    if LANGUAGE_PARAMETER in st.query_params:
        st.query_params[LANGUAGE_PARAMETER] = code


def get_babel_locale() -> Locale:
    """Return Babel's data about the session's language."""
    return get_locale(get_language())


def _(template: str, /, **values: object) -> str:
    """Return a sentence in the session's language; see `mnist_core.messages.message`."""
    return message(template, **values).in_language(get_language())


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return one of two sentences by a number; see `mnist_core.messages.plural_message`."""
    return plural_message(singular, plural, number, **values).in_language(get_language())


def localize(text: str) -> str:
    """Return a text in the session's language if it is a message of the core."""
    return str(translate(text, get_language()))


def join_sentences(*sentences: str) -> str:
    """Return sentences in the session's language, one after another; empty ones are left out."""
    return messages.join_sentences(filter(None, sentences), get_language())


def localize_each(texts: Mapping[Key, str]) -> Callable[[Key], str]:
    """Return the `format_func` of a widget whose options have these names."""
    language = get_language()
    return lambda key: str(translate(texts[key], language))


def localize_all(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return texts in the session's language, as data for a script in the browser."""
    return {name: localize_value(value) for name, value in texts.items()}


def localize_value(value: Any) -> Any:
    """Return a message in the session's language, and any other value unchanged."""
    return localize(value) if isinstance(value, Message) else value


def _has_session() -> bool:
    return get_script_run_ctx(suppress_warning=True) is not None
