"""The app's entry: which pages there are. Each lies in `pages/` and reads top to bottom."""

import streamlit as st

from ui.components.browser_memory import recall
from ui.layout import STYLE, error_boundary
from ui.resources import get_pool
from ui.restored_session import RESTORERS, remember_choices

st.set_page_config(page_title="Draw a digit", page_icon="static/icon.png", layout="wide")
st.html(STYLE)

with error_boundary():
    get_pool()

recall(RESTORERS)
pages = [
    st.Page("pages/draw.py", title="Draw", icon=":material/draw:", default=True),
    st.Page("pages/hand.py", title="My hand", icon=":material/front_hand:"),
    st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
    st.Page("pages/pixels.py", title="Pixels", icon=":material/grid_on:"),
    st.Page("pages/errors.py", title="Errors", icon=":material/troubleshoot:"),
    st.Page("pages/inside.py", title="Inside", icon=":material/account_tree:"),
]
page = st.navigation(pages, position="top")
with st.container(horizontal=True, key="pages"):  # where the window is too narrow for the row above
    for each in pages:
        st.page_link(each)
with error_boundary():
    page.run()
remember_choices()
