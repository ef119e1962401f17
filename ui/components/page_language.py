"""The language of the page: said to the browser, and the button that switches it."""

import streamlit as st

from mnist_core.messages import LANGUAGES
from ui.components.js_module import serve_module
from ui.language import choose_language, get_language

_declare = st.components.v2.component("language", js=serve_module("language.js"))


def declare_language() -> None:
    """Tell the browser the language, for its fonts, line breaks and screen readers."""
    _declare(data=get_language(), key="language_script", height=0)


def show_language_switch() -> None:
    """Show the languages that are not used now, each in its own words."""
    with st.container(horizontal=True, gap="small", key="languages", width="content"):
        for code, name in LANGUAGES.items():
            if code != get_language():
                st.button(
                    name,
                    type="tertiary",
                    icon=":material/translate:",
                    key=f"language_{code}",
                    on_click=choose_language,
                    args=(code,),
                )
