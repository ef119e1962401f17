"""Scroll to the top of the page when something else is shown on it."""

import streamlit as st

_JS = """
let shown = null;

export default ({ data }) => {
  const before = shown;
  shown = data.shown;
  if (before === null || before === shown) return;
  document.querySelector("[data-testid='stMain']")?.scrollTo({ top: 0 });
};
"""

_show = st.components.v2.component("scroll_to_top", js=_JS)


def scroll_to_top(shown: str, key: str) -> None:
    """Scroll to the top if `shown`, what identifies the content, is another one than before."""
    _show(data={"shown": shown}, key=key, height=0)
