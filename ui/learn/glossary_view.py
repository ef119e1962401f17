"""The glossary: all terms of the chapters in English and Japanese."""

from html import escape

import streamlit as st

from mnist_core.course.glossary import TERMS
from ui.language import _, localize


def show_glossary_button() -> None:
    """Show a button that opens the glossary."""
    if st.button(
        _("Glossary"), icon=":material/dictionary:", type="tertiary", key="learn_glossary"
    ):
        st.dialog(_("Glossary"), width="large")(_show_terms)()


def _show_terms() -> None:
    rows = "".join(
        f'<tr><td><b>{escape(term.english)}</b><span lang="ja">{term.japanese}</span></td>'
        f"<td>{escape(localize(term.meaning))}</td></tr>"
        for term in sorted(TERMS.values(), key=lambda term: term.english.lower())
    )
    st.html(f'<table class="facts glossary"><tbody>{rows}</tbody></table>')
