"""The frame of every page: its style, its heading, and what happens when something fails."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from mnist_core.errors import MnistError
from ui.formatting import escape_markdown

STYLE = Path(__file__).with_name("style.css")

logger = logging.getLogger(__name__)


def show_heading(title: str, idea: str) -> None:
    """Write a page's title and, under it, its one idea as a sentence."""
    _leave_automatic_pages()
    st.html(f'<header class="heading"><h1>{title}</h1><p>{idea}</p></header>')


def _leave_automatic_pages() -> None:
    """Start again from the entry file where Streamlit began with a page.

    Until the entry has called `st.navigation` once, an address such as /train makes Streamlit
    list the files in `pages/` by itself and run one of them without the entry.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def show_error(error: MnistError | str) -> None:
    """Show what went wrong, in which names of files and runs are no Markdown."""
    st.error(escape_markdown(str(error)), icon=":material/error:")


@contextmanager
def error_boundary() -> Iterator[None]:
    """Show an error as a sentence and leave the block; what follows the block still runs."""
    try:
        yield
    except MnistError as error:
        show_error(error)
    except Exception:
        logger.exception("A page failed")
        st.error(
            "Something went wrong on our side, and this part of the page could not be shown. Your "
            "drawing and your training runs are safe. Go to another page and come back. If it "
            "happens again, see the app's log.",
            icon=":material/error:",
        )
