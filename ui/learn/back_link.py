"""A quiet line on a tool of the app that leads to the chapter about it."""

import streamlit as st

from ui.language import _
from ui.learn.contents import find_number
from ui.learn.progress import PARAMETER


def show_learn_link(name: str) -> None:
    """Show a link to a chapter.

    Args:
        name: The chapter's id.
    """
    st.page_link(
        "pages/learn.py",
        label=_("Learn what this is"),
        icon=":material/school:",
        query_params={PARAMETER: str(find_number(name))},
    )
