"""A page that an error in the browser has left blank."""

import streamlit as st

# React removes everything if an element cannot be drawn, as when messages of the page that was just
# left arrive late. What the browser keeps comes back after the reload. The observer outlives this
# component, which is removed with everything else.
_JS = """
const RELOADED = "reloaded_blank_page";
const REST = 10_000; // ms between reloads, so that a page that cannot be shown does not flicker

// Without a storage, as where cookies are blocked, the page is reloaded after a rest every time.
const readTime = () => {
  try {
    return Number(sessionStorage.getItem(RELOADED));
  } catch {
    return Date.now();
  }
};
const noteTime = () => {
  try {
    sessionStorage.setItem(RELOADED, Date.now());
  } catch {}
};

export default () => {
  const root = document.getElementById("root");
  if (root.observer) return;
  const reload = () => {
    if (root.childElementCount) return;
    noteTime();
    location.reload();
  };
  root.observer = new MutationObserver(() => {
    const since = Date.now() - readTime();
    if (!root.childElementCount) setTimeout(reload, REST - since);
  });
  root.observer.observe(root, { childList: true });
};
"""

_watch = st.components.v2.component("blank_page", js=_JS)


def reload_blank_page() -> None:
    """Let the browser load the page again if an error leaves nothing of it."""
    _watch(key="blank_page_script", height=0)
