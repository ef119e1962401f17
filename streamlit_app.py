"""The app's entry: which pages there are. Each lies in `pages/` and reads top to bottom."""

import streamlit as st

from ui.components.blank_page import reload_blank_page
from ui.components.browser_memory import recall
from ui.components.color_scheme import declare_color_scheme
from ui.components.page_language import declare_language, show_language_switch
from ui.components.uploader_role import correct_uploader_roles
from ui.language import _, adopt_language
from ui.layout import STYLE, error_boundary
from ui.resources import get_pool
from ui.restored_session import RESTORERS, remember_choices
from ui.unsent_messages import keep_unsent_messages

keep_unsent_messages()
adopt_language()
st.set_page_config(page_icon="static/icon.png", layout="wide")
st.html(STYLE)

with error_boundary():
    get_pool()

pages = [
    st.Page("pages/draw.py", title=_("Draw"), icon=":material/draw:", default=True),
    st.Page("pages/learn.py", title=_("Learn"), icon=":material/school:"),
    st.Page("pages/hand.py", title=_("My hand"), icon=":material/front_hand:"),
    st.Page("pages/train.py", title=_("Train"), icon=":material/model_training:"),
    st.Page("pages/pixels.py", title=_("Pixels"), icon=":material/grid_on:"),
    st.Page("pages/errors.py", title=_("Errors"), icon=":material/troubleshoot:"),
    st.Page("pages/inside.py", title=_("Inside"), icon=":material/account_tree:"),
]
page = st.navigation(pages, position="top")
app = _("Draw a digit")
title = app if page == pages[0] else _("{page} · {app}", page=page.title, app=app)
st.set_page_config(page_title=title)
# Not before the navigation: the browser would send what it has stored without the page.
recall(RESTORERS)
with st.container(horizontal=True, key="pages"):  # where the window is too narrow for the row above
    for each in pages:
        st.page_link(each)
show_language_switch()
declare_language()
declare_color_scheme()
correct_uploader_roles()
reload_blank_page()
with error_boundary():
    page.run()
remember_choices()
