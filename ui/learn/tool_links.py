"""Links from a chapter into the tools of the app, at the very object that it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from mnist_core.messages import Message
from ui.language import localize


@dataclass(frozen=True)
class ToolLink:
    """Where in the app to go on.

    Attributes:
        label: What to do there.
        page: The page, by the name of its file without .py.
        parameters: The parameters of its address.
        prepare: Chooses what the page shows, where its address cannot say it.
    """

    label: Message
    page: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] | None = None


def show_tool_link(link: ToolLink) -> None:
    """Show a button that opens a page of the app."""
    if st.button(
        localize(link.label), icon=":material/open_in_new:", type="tertiary", key="learn_tool"
    ):
        if link.prepare is not None:
            link.prepare()
        st.switch_page(f"pages/{link.page}.py", query_params=dict(link.parameters))
