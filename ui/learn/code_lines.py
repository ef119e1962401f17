"""A few lines of code, and what they print."""

from html import escape

import streamlit as st

from ui.language import _


def show_code_lines(code: str, printed: str = "") -> None:
    """Show code as in a notebook, with what it prints below it.

    Args:
        code: Lines of Python.
        printed: What they print, or their last value.
    """
    with st.container(gap=None):
        st.code(code.rstrip("\n"), language="python", wrap_lines=True)
        if printed:
            label = escape(_("What it prints"))
            st.html(
                f'<pre class="printed" tabindex="0" aria-label="{label}">{escape(printed)}</pre>'
            )
