"""The parts that all pages share: style, heading and error messages."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from mnist_core.errors import MnistError
from ui.formatting import escape_markdown
from ui.language import _, localize

STYLE = Path(__file__).with_name("style.css")

logger = logging.getLogger(__name__)


def show_heading(title: str, sentence: str) -> None:
    """Show a page's title and, beside it, a sentence about the page."""
    _leave_automatic_pages()
    st.html(f'<header class="heading"><h1>{title}</h1><p>{sentence}</p></header>')


def _leave_automatic_pages() -> None:
    """Restart from the entry file if Streamlit ran a page without it.

    Until the entry file has called `st.navigation` once, a URL such as /train makes Streamlit
    discover the files in `pages/` and run one of them directly.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def show_error(error: MnistError | str) -> None:
    """Show an error message; Markdown in names of files and runs is escaped."""
    st.error(escape_markdown(localize(str(error))), icon=":material/error:")


@contextmanager
def error_boundary() -> Iterator[None]:
    """Show exceptions inside the block as error messages; code after the block still runs."""
    try:
        yield
    except MnistError as error:
        show_error(error)
    except Exception:
        logger.exception("A part of a page failed")
        st.error(
            _(
                "Something went wrong on our side, and this part of the page could not be shown. "
                "Your drawing and your training runs are safe. Go to another page and come back. "
                "If it happens again, see the app's log."
            ),
            icon=":material/error:",
        )
