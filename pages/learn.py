"""The Learn page: the introductory tutorial on MNIST, chapter by chapter."""

from html import escape
from pathlib import Path

import streamlit as st

from ui.components.scroll_into_view import scroll_into_view
from ui.language import _, localize
from ui.layout import error_boundary, show_heading
from ui.learn.contents import CHAPTERS
from ui.learn.contents_bar import show_contents_bar, show_turn_buttons
from ui.learn.glossary_view import show_glossary_button
from ui.learn.progress import get_chapter, remember_progress
from ui.learn.tool_links import show_tool_link
from ui.learn.worksheet import show_worksheet_button

UI = Path(__file__).parents[1] / "ui"

for part in ("error_analysis", "inside", "learn"):
    st.html(UI / part / "page.css")
title, contents = st.columns([1, 1.1], vertical_alignment="bottom")
with title:
    show_heading(_("Learn"), _("How a network learns to read digits."))
number = get_chapter(len(CHAPTERS))
with contents:
    show_contents_bar(CHAPTERS, number)
chapter = CHAPTERS[number - 1]
scroll_into_view(chapter.name, "learn_scroll", part="learn_title", whole=True)
heading = escape(_("{number}. {title}", number=number, title=localize(chapter.title)), quote=False)
with st.container(key="learn_title"):
    st.html(f'<h2 class="chapter-title">{heading}</h2>')
with error_boundary():
    chapter.show()
with st.container(horizontal=True, horizontal_alignment="distribute", key="learn_links"):
    show_tool_link(chapter.link)
    with st.container(horizontal=True, width="content"):
        show_glossary_button()
        show_worksheet_button(CHAPTERS)
show_turn_buttons(CHAPTERS, number)
remember_progress()
