"""The language of the page: told to the browser, and the button that switches it."""

import json

import streamlit as st

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.messages import LANGUAGES
from ui.components.js_module import serve_module
from ui.language import _, choose_language, get_language

_declare = st.components.v2.component("language", js=serve_module("language.js"))


def declare_language() -> None:
    """Tell the browser the language, for its fonts, line breaks and screen readers."""
    _declare(data=get_language(), key="language_script", height=0)
    _translate_uploaders()


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


def _translate_uploaders() -> None:
    """Give the words of Streamlit's file uploader, which has only English ones, to the style."""
    words = {
        "button": _("Upload"),
        "limit": _("Up to {size} MB per file", size=MAX_FILE_MEGABYTES),
    }
    rules = "".join(
        f"--uploader-{name}: {json.dumps(each, ensure_ascii=False)}; "
        for name, each in words.items()
    )
    st.html(f"<style>:root {{ {rules}}}</style>")
