"""The color scheme of the theme, for what lies outside the app's element."""

import streamlit as st

# Streamlit gives it to the app's element only. Dialogs and popovers lie beside that element, so
# that `light-dark()` followed the system there. The observer sees a theme that is chosen later.
_JS = """
export default () => {
  const app = document.querySelector(".stApp");
  if (app.schemeObserver) return;
  const copy = () => {
    document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
  };
  app.schemeObserver = new MutationObserver(copy);
  app.schemeObserver.observe(app, { attributeFilter: ["class"] });
  copy();
};
"""

_declare = st.components.v2.component("color_scheme", js=_JS)


def declare_color_scheme() -> None:
    """Give the color scheme of the app to the whole document."""
    _declare(key="color_scheme_script", height=0)
