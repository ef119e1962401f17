"""A pager: previous page, page number, next page."""

from collections.abc import Callable

import streamlit as st

from ui.components.widget_value import with_value
from ui.language import _


def show_pager(page: int, pages: int, turn_to: Callable[[int], None], key: str) -> None:
    """Show a pager in the current container, which should be a horizontal one.

    Args:
        page: The current page, 1 to `pages`.
        pages: The number of pages.
        turn_to: Called with a page before the script reruns.
        key: Prefix of the widgets' keys.
    """
    number_key = f"{key}_page_{pages}"
    st.session_state[number_key] = page
    st.button(
        _("Previous page"),
        icon=":material/chevron_left:",
        disabled=page == 1,
        key=f"{key}_previous",
        on_click=lambda: turn_to(page - 1),
    )
    st.number_input(
        _("Page, 1 to {pages}", pages=pages),
        1,
        pages,
        label_visibility="collapsed",
        width=120,
        key=number_key,
        on_change=with_value(number_key, turn_to),
    )
    st.markdown(_("of {pages}", pages=pages), width="content")
    st.button(
        _("Next page"),
        icon=":material/chevron_right:",
        disabled=page == pages,
        key=f"{key}_next",
        on_click=lambda: turn_to(page + 1),
    )
