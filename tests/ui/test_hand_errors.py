"""Errors of keeping and teaching drawings."""

from typing import Any

import pytest

from mnist_core.hands import HandError
from ui import hand_errors, state
from ui.hand_errors import keep_hand_error, show_hand_error


def test_an_error_is_shown_once(session: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the next run of the page."""
    shown: list[Exception] = []
    monkeypatch.setattr(hand_errors, "show_error", shown.append)
    error = HandError("The disk is full.")
    with keep_hand_error():
        raise error
    assert session[state.HAND_ERROR] is error
    show_hand_error()
    show_hand_error()
    assert shown == [error]


def test_a_fault_of_the_app_is_not_kept(session: dict[str, Any]) -> None:
    """Only user-facing errors are."""
    with pytest.raises(KeyError), keep_hand_error():
        raise KeyError
    assert not session
