"""Callbacks with the value of a widget."""

from collections.abc import Callable
from typing import Any

import streamlit as st


def with_value(key: str, act: Callable[[Any], None]) -> Callable[[], None]:
    """Return a callback that passes a widget's value on.

    It does nothing if the page has removed the widget: what a person does to a widget that the
    browser still shows is sent, but Streamlit no longer knows the value.

    Args:
        key: The widget's key.
        act: Called with the value before the script reruns.
    """

    def pass_on() -> None:
        if key in st.session_state:
            act(st.session_state[key])

    return pass_on
