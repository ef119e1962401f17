"""The words of a chapter: sentences with terms that explain themselves, and code.

A sentence marks a term like a link, `[feature maps](#feature-map)`, so that a translation can mark
its own words, and code by backticks. `mnist_core.course.glossary` has the terms.
"""

import re
from html import escape

import streamlit as st

from mnist_core.course.glossary import TERMS
from ui.language import localize

_TERM = re.compile(r"\[([^\]]+)\]\(#([a-z-]+)\)")
_CODE = re.compile(r"`([^`]+)`")


def show_words(*paragraphs: str) -> None:
    """Show paragraphs, each in the session's language, whose marks become HTML."""
    st.html(f'<div class="words">{"".join(f"<p>{render(each)}</p>" for each in paragraphs)}</div>')


def render(text: str) -> str:
    """Return a text with marked terms and code as HTML.

    Examples:
        >>> render("`a < b`")
        '<code>a &lt; b</code>'
    """
    with_code = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    return _TERM.sub(_render_term, with_code)


def _render_term(match: re.Match[str]) -> str:
    word, name = match.groups()
    term = TERMS[name]
    label, meaning = word.replace('"', "&quot;"), escape(localize(term.meaning))
    return (
        f'<span class="term" tabindex="0" role="note" aria-label="{label}" '
        f'aria-description="{meaning}">{word}<span class="meaning">'
        f'<b>{escape(term.english)} <span lang="ja">{term.japanese}</span></b> '
        f"{meaning}</span></span>"
    )
