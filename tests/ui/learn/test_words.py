"""Marked words become terms that explain themselves."""

import pytest

from mnist_core.course.glossary import TERMS
from ui.learn.words import render


def test_a_term_has_both_names_and_its_meaning() -> None:
    """Also for the keyboard."""
    html = render("These are [feature maps](#feature-map).")
    assert 'tabindex="0"' in html
    assert "特徴マップ" in html
    assert TERMS["feature-map"].meaning in html
    assert html.endswith("</span>.")


def test_text_is_escaped() -> None:
    """But quotation marks stay."""
    assert render("a < b `c > d`") == "a &lt; b <code>c &gt; d</code>"


def test_an_unknown_term_is_an_error() -> None:
    """So that a test of the page finds it."""
    with pytest.raises(KeyError):
        render("[b](#nothing)")
