"""Helpers for the output of commands."""

import pytest

Printed = pytest.CaptureFixture[str]


def only_line(text: str) -> str:
    """Return the single line of a text."""
    (line,) = text.splitlines()
    return line
