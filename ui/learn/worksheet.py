"""A worksheet for a class: the questions of all chapters on one printed page."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from mnist_core.course.example import COLUMN, IMAGE, ROW
from mnist_core.course.question import Question
from mnist_core.course.questions import QUESTIONS
from mnist_core.datasets.mnist import Mnist
from ui.images import digit_html
from ui.language import _, get_language, localize
from ui.learn.contents import Chapter
from ui.resources import get_data

STYLE = Path(__file__).with_name("worksheet.css")
EXCERPT = (slice(ROW - 2, ROW + 3), slice(COLUMN - 2, COLUMN + 5))


def show_worksheet_button(chapters: Sequence[Chapter]) -> None:
    """Show a menu with the worksheet, and the same with its answers."""
    with st.popover(_("For teachers"), icon=":material/print:"):
        st.html(
            f'<p class="note">{escape(_("One page to print: open the file, then print it."))}</p>'
        )
        for name, label, solved in (
            ("worksheet", _("Worksheet"), False),
            ("worksheet-answers", _("Worksheet with answers"), True),
        ):
            st.download_button(
                label,
                make_worksheet(chapters, get_data(), solved),
                f"{name}.html",
                "text/html",
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
                key=f"learn_{name}",
            )


def make_worksheet(chapters: Sequence[Chapter], data: Mnist, solved: bool) -> str:
    """Return the worksheet as an HTML page that needs no other file.

    Args:
        chapters: The chapters.
        data: The data set, with which the questions are made.
        solved: Whether the answers are filled in.
    """
    title = escape(_("How a network learns to read digits"))
    fields = "".join(
        f"<span>{escape(each)}<i></i></span>" for each in (_("Name"), _("Class"), _("Date"))
    )
    questions = "".join(
        _question_html(number, chapter, QUESTIONS[chapter.name](data), solved)
        for number, chapter in enumerate(chapters, start=1)
    )
    return (
        f'<!doctype html><html lang="{get_language()}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE.read_text()}</style></head><body>"
        f'<header><h1>{title}</h1><p class="fields">{fields}</p></header>'
        f"{_example_html(data)}<main>{questions}</main></body></html>"
    )


def _example_html(data: Mnist) -> str:
    image = data.train.images[IMAGE]
    rows, columns = EXCERPT
    head = "".join(f"<th>{column}</th>" for column in range(columns.start, columns.stop))
    body = "".join(
        f"<tr><th>{row}</th>{''.join(f'<td>{value}</td>' for value in image[row, columns])}</tr>"
        for row in range(rows.start, rows.stop)
    )
    caption = _(
        "Training image {index}, and some of its numbers. Rows and columns are counted from 0.",
        index=IMAGE,
    )
    return (
        f"<figure>{digit_html(image, '', '26mm')}<table><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table><figcaption>{escape(caption)}</figcaption></figure>"
    )


def _question_html(number: int, chapter: Chapter, question: Question, solved: bool) -> str:
    heading = _("{number}. {title}", number=number, title=localize(chapter.title))
    parts = [f"<h2>{escape(heading)}</h2><p>{escape(localize(question.prompt))}</p>"]
    if question.choices:
        for name, choice in question.choices.items():
            mark = "☒" if solved and name == question.answer else "☐"
            parts.append(f'<p class="choice">{mark} {escape(localize(choice))}</p>')
    else:
        answer = f"{question.answer:.4g}" if isinstance(question.answer, float) else ""
        answer = f"{question.answer:,}" if isinstance(question.answer, int) else answer
        parts.append(f'<p class="line">{answer if solved else ""}</p>')
    if solved:
        parts.append(f'<p class="why">{escape(localize(question.why))}</p>')
    return f"<section>{''.join(parts)}</section>"
