"""Tests of ui.components.widget_value: what a callback is told."""

from typing import Any

from ui.components.widget_value import with_value


def test_a_value_is_passed_on(session: dict[str, Any]) -> None:
    """None too, which is the value of an empty widget."""
    received: list[Any] = []
    for value in (3, None):
        session["digit"] = value
        with_value("digit", received.append)()
    assert received == [3, None]


def test_what_is_no_option_does_nothing(session: dict[str, Any]) -> None:
    """As the label of an option in the language that the page has just left."""
    received: list[Any] = []
    for value in ("oldest", "älteste", "newest"):
        session["order"] = value
        with_value("order", received.append, {"newest": "Newest", "oldest": "Oldest"})()
    assert received == ["oldest", "newest"]


def test_a_widget_that_is_gone_does_nothing(session: dict[str, Any]) -> None:
    """As after the second of two quick clicks, if the first has led to another view."""
    received: list[Any] = []
    with_value("digit", received.append)()
    assert received == []
