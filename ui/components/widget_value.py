"""Callbacks with the value of a widget."""

from collections.abc import Callable, Container
from typing import Any

import streamlit as st


def with_value(
    key: str, act: Callable[[Any], None], options: Container[Any] | None = None
) -> Callable[[], None]:
    """Return a callback that passes a widget's value on.

    It does nothing if the browser still shows what the page has just replaced. If the page has
    removed the widget, Streamlit no longer knows the value; and if it has changed the language, the
    value of a selectbox is the label in the language before.

    Args:
        key: The widget's key.
        act: Called with the value before the script reruns.
        options: The possible values, None if any is possible.
    """

    def pass_on() -> None:
        if key not in st.session_state:
            return
        value = st.session_state[key]
        if options is None or value in options:
            act(value)

    return pass_on
