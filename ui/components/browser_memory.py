"""Values that the browser keeps, so that reloading the page loses nothing.

The session state is lost when the page is reloaded. What people have made is therefore also stored
in their browser (`static/live/memory.js`) and sent back once at the beginning of a session.
"""

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui.components.js_module import serve_module
from ui.components.widget_value import with_value

MAX_LENGTH = 4_000_000
"""Characters of all stored values; more is ignored."""

_SESSION, _IS_RESTORED = "memory_session", "memory_is_restored"
_RECALL = "memory_recall"

logger = logging.getLogger(__name__)

_show = st.components.v2.component("memory", js=serve_module("memory.js"))


def recall(restorers: Mapping[str, Callable[[Any], None]]) -> None:
    """Restore what the browser has stored, once per session.

    Args:
        restorers: By name of a value, a function that checks it, since it comes from the browser,
            and puts it into the session state. It is called before the script runs; one that
            fails does not keep the others from being called.
    """

    def restore(received: Any) -> None:
        if st.session_state.get(_IS_RESTORED):  # the browser has sent them twice
            return
        st.session_state[_IS_RESTORED] = True
        for name, value in parse_values(received.get("values")).items():
            if name in restorers:
                try:
                    restorers[name](value)
                except Exception:  # The other values are restored all the same.
                    logger.exception("“%s” could not be restored", name)

    _show(
        data=_describe_session(),
        key=_RECALL,
        height=0,
        # If a message gets lost, as when another page is opened meanwhile, the browser sends again.
        on_values_change=with_value(_RECALL, restore),
    )


def remember(name: str, value: Any) -> None:
    """Store a value in the browser.

    Args:
        name: Its name for `recall`.
        value: Anything that JSON can represent.
    """
    _show(
        data={**_describe_session(), "name": name, "value": value}, key=f"{name}_memory", height=0
    )


def parse_values(text: Any) -> dict[str, Any]:
    """Return the values that a browser has sent; none if they are damaged or too long."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        return {}
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _describe_session() -> dict[str, Any]:
    session = st.session_state
    return {
        "session": session.setdefault(_SESSION, secrets.token_hex(8)),
        "restored": session.get(_IS_RESTORED, False),
    }
