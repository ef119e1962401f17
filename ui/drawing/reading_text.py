"""What was read, as text to copy, and how much of it is uncertain."""

import streamlit as st

from mnist_core.inference.number_reading import describe_marks
from ui.components.announcement import announce
from ui.language import localize, ngettext

MOST_LARGE_LINES = 6


def show_reading_text(text: str, doubtful: int, marks: int, advice: str) -> None:
    """Show digits in large type, with a button that copies them; many lines in smaller type.

    Args:
        text: The digits; tabs between the columns of a table.
        doubtful: How many of them are uncertain; if any are, their number and the advice follow.
        marks: How many points, minus signs and other marks were left out.
        advice: What may help, a message of the catalogs.
    """
    is_table = "\t" in text or text.count("\n") >= MOST_LARGE_LINES
    with st.container(key="number_reading"):
        with st.container(key="table_text" if is_table else "number_text"):
            st.code(text, language=None, width="content")
        if doubtful:
            _show_doubts(doubtful, advice)
        if marks:
            st.caption(localize(describe_marks(marks)))
    announce("number_reading", f"{text} {doubtful}")


def _show_doubts(doubtful: int, advice: str) -> None:
    total = ngettext(
        "One digit is uncertain; its box is dashed.",
        "{count} digits are uncertain; their boxes are dashed.",
        doubtful,
        count=doubtful,
    )
    st.info(f"**{total}** {localize(advice)}", icon=":material/help:")
