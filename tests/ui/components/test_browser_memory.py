"""Only sound values from the browser are restored."""

from typing import Any

import pytest

from ui.components import browser_memory
from ui.components.browser_memory import MAX_LENGTH, parse_values, recall


def test_values_are_read() -> None:
    """By name."""
    assert parse_values('{"a": [1, null], "b": {}}') == {"a": [1, None], "b": {}}


@pytest.mark.parametrize("text", [None, 3, "", "{", "[]", "[" * 100_000, '"' + "x" * MAX_LENGTH])
def test_other_messages_are_ignored(text: object) -> None:
    """They come from the browser, which may send anything."""
    assert parse_values(text) == {}


@pytest.mark.parametrize("sent", [{"values": '{"bad": 1, "other": 2, "good": 3}'}, {}])
def test_a_value_that_cannot_be_restored_does_not_keep_back_the_others(
    sent: dict[str, Any], session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what the browser has stored of them would be overwritten."""

    def fail(value: Any) -> None:
        raise TypeError

    def receive(data: Any, key: str, height: int, on_values_change: Any) -> None:
        session[key] = sent
        on_values_change()

    restored: list[Any] = []
    monkeypatch.setattr(browser_memory, "_show", receive)
    recall({"bad": fail, "good": restored.append})
    assert restored == ([3] if sent else [])


def test_values_that_come_twice_are_restored_once(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser sends them again if the first message seems lost; others were chosen since."""

    def receive(data: Any, key: str, height: int, on_values_change: Any) -> None:
        session[key] = {"values": '{"good": 3}'}
        on_values_change()

    restored: list[Any] = []
    monkeypatch.setattr(browser_memory, "_show", receive)
    for _message in range(2):
        recall({"good": restored.append})
    assert restored == [3]
