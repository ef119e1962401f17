"""The role of Streamlit's file uploaders for screen readers."""

import streamlit as st

# Streamlit gives the uploader a label and yet the role "presentation", under which no label is
# read aloud.
_JS = """
const UPLOADER = "[data-testid='stFileUploaderDropzone'][role='presentation']";

const correct = () =>
  document.querySelectorAll(UPLOADER).forEach((each) => each.setAttribute("role", "group"));

export default ({ parentElement }) => {
  parentElement.observer?.disconnect(); // of another theme
  const observer = (parentElement.observer = new MutationObserver(correct));
  observer.observe(document.body, { childList: true, subtree: true });
  correct();
  return () => observer.disconnect();
};
"""

_correct = st.components.v2.component("uploader_role", js=_JS)


def correct_uploader_roles() -> None:
    """Make every file uploader of the page, also those shown later, a group with its label."""
    _correct(key="uploader_role_script", height=0)
