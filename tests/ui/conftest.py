"""What tests of the parts of pages share."""

from typing import Any

import pytest
import streamlit as st


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand in for the session state and the address of a page."""
    values: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", values)
    monkeypatch.setattr(st, "query_params", {})
    return values
