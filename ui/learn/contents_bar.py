"""The chapters as a row of numbers: which is shown, and which questions are answered."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from mnist_core.course.questions import QUESTIONS
from ui.components.html_choices import show_choices
from ui.language import _, localize
from ui.learn.contents import Chapter
from ui.learn.progress import get_answers, open_chapter
from ui.resources import get_data


def show_contents_bar(chapters: Sequence[Chapter], current: int) -> None:
    """Show the numbers of the chapters; each opens its chapter.

    Args:
        chapters: All chapters.
        current: The number of the one that is shown, from 1.
    """
    done = {each.name for each in chapters if is_answered(each.name)}
    buttons = []
    for number, chapter in enumerate(chapters, start=1):
        values = {"number": number, "title": localize(chapter.title)}
        label = (
            _("Chapter {number}: {title}, answered", **values)
            if chapter.name in done
            else _("Chapter {number}: {title}", **values)
        )
        mark = "done" if chapter.name in done else "open"
        buttons.append(
            f'<button data-choice="{number}" class="{mark}" title="{escape(label)}" '
            f'aria-label="{escape(label)}" aria-pressed="{str(number == current).lower()}">'
            f"{number}</button>"
        )
    show_choices(
        "".join(buttons),
        _("Chapters"),
        lambda choice: open_chapter(int(choice)),
        "learn_contents",
        name="contents",
    )


def is_answered(name: str) -> bool:
    """Return whether the question of a chapter was answered rightly."""
    given = get_answers().get(name)
    return given is not None and QUESTIONS[name](get_data()).is_right(given)


def show_turn_buttons(chapters: Sequence[Chapter], current: int) -> None:
    """Show the buttons to the previous and the next chapter."""
    last = len(chapters)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="learn_turn"):
        st.button(
            _("Previous"),
            icon=":material/chevron_left:",
            disabled=current == 1,
            on_click=open_chapter,
            args=(max(1, current - 1),),
            shortcut="P",
            key="learn_previous",
        )
        st.button(
            _("Next"),
            icon=":material/chevron_right:",
            icon_position="right",
            type="primary",
            disabled=current == last,
            on_click=open_chapter,
            args=(min(last, current + 1),),
            shortcut="N",
            key="learn_next",
        )
