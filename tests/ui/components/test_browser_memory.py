"""Only sound values from the browser are restored."""

import pytest

from ui.components.browser_memory import MAX_LENGTH, parse_values


def test_values_are_read() -> None:
    """By name."""
    assert parse_values('{"a": [1, null], "b": {}}') == {"a": [1, None], "b": {}}


@pytest.mark.parametrize("text", [None, 3, "", "{", "[]", "[" * 100_000, '"' + "x" * MAX_LENGTH])
def test_other_messages_are_ignored(text: object) -> None:
    """They come from the browser, which may send anything."""
    assert parse_values(text) == {}
