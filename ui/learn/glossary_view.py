"""The glossary: all terms of the chapters in English and Japanese.

The address can name a term, `?word=gradient`: it is then open, with this term first.
"""

from html import escape

import streamlit as st

from mnist_core.course.glossary import TERMS, Term
from ui.language import _, localize

PARAMETER = "word"


def show_glossary_button() -> None:
    """Show a button that opens the glossary; it is open if the address names a term."""
    pressed = st.button(
        _("Glossary"), icon=":material/dictionary:", type="tertiary", key="learn_glossary"
    )
    if pressed or st.query_params.get(PARAMETER) in TERMS:
        st.dialog(_("Glossary"), width="large", on_dismiss=_close)(_show_terms)()


def _close() -> None:
    st.query_params.pop(PARAMETER, None)


def _show_terms() -> None:
    chosen = st.query_params.get(PARAMETER, "")
    names = sorted(TERMS, key=lambda name: (name != chosen, TERMS[name].english.lower()))
    rows = "".join(_row(name, TERMS[name], name == chosen) for name in names)
    st.html(f'<table class="facts glossary"><tbody>{rows}</tbody></table>')


def _row(name: str, term: Term, is_chosen: bool) -> str:
    mark = ' class="chosen"' if is_chosen else ""
    return (
        f'<tr{mark}><th scope="row"><a href="learn?{PARAMETER}={name}">'
        f"<b>{escape(term.english)}</b></a>"
        f'<span lang="ja">{term.japanese}</span></th><td>{escape(localize(term.meaning))}</td></tr>'
    )
