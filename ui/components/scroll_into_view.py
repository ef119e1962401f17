"""Scroll to a part of the page when something else is shown there."""

import streamlit as st

_JS = """
const shown = new Map();

export default ({ data }) => {
  const before = shown.get(data.part);
  shown.set(data.part, data.shown);
  if (before === undefined || before === data.shown) return;
  if (data.part === "") {
    document.querySelector("[data-testid='stMain']")?.scrollTo({ top: 0 });
    return;
  }
  const part = document.querySelector(`.st-key-${data.part}`);
  const top = part?.getBoundingClientRect().top;
  if (top < 0 || top > innerHeight / 2) part.scrollIntoView();
};
"""

_show = st.components.v2.component("scroll_into_view", js=_JS)


def scroll_into_view(shown: str, key: str, part: str = "") -> None:
    """Scroll to a part of the page if `shown`, what identifies its content, has changed.

    Args:
        shown: What is shown now.
        key: The widget's key.
        part: The key of the container whose top should be seen; by default the top of the page.
    """
    _show(data={"shown": shown, "part": part}, key=key, height=0)
