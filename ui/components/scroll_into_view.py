"""Go to a part of the page when something else is shown there."""

import streamlit as st

_JS = """
const shown = new Map();

// The focus comes along where it is lost or would stay behind, out of sight.
const bringFocus = (part) => {
  const focused = document.activeElement.getBoundingClientRect();
  const isSeen = focused.bottom > 0 && focused.top < innerHeight;
  if (document.activeElement !== document.body && isSeen) return;
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
};

export default ({ data }) => {
  const before = shown.get(data.part);
  shown.set(data.part, data.shown);
  const part = document.querySelector(`.st-key-${data.part}`);
  if (before === undefined || before === data.shown || !part) return;
  const top = part.getBoundingClientRect().top;
  if (data.whole) document.querySelector("[data-testid='stMain']")?.scrollTo({ top: 0 });
  else if (top < 0 || top > innerHeight / 2) part.scrollIntoView();
  setTimeout(() => bringFocus(part), 500); // when what was shown before has been removed
};
"""

_show = st.components.v2.component("scroll_into_view", js=_JS)


def scroll_into_view(shown: str, key: str, part: str, whole: bool = False) -> None:
    """Scroll to a part of the page if `shown`, what identifies its content, has changed.

    Args:
        shown: What is shown now.
        key: The widget's key.
        part: The key of the container with the heading, whose top should be seen.
        whole: Whether to scroll to the top of the whole page.
    """
    _show(data={"shown": shown, "part": part, "whole": whole}, key=key, height=0)
