"""Values that the browser has sent: a visitor can forge each of them, so each is checked here.

A component passes its value on only if it has the expected form, and ignores it otherwise.
"""

import base64
import re
from html import unescape
from typing import TypeGuard

MAX_WHOLE = 2**53 - 1
"""The largest whole number up to which a browser can count."""

MAX_DIGITS = 9
"""The most digits of a number in an address."""

_CHOICE = re.compile(r'data-choice="([^"]*)"')


def is_whole(value: object, low: int, high: int = MAX_WHOLE) -> TypeGuard[int]:
    """Return whether a value is a whole number from `low` to `high`; truth values are none."""
    return type(value) is int and low <= value <= high


def read_number(text: str, low: int, high: int) -> int | None:
    """Return the whole number from `low` to `high` that a text is; None for any other text."""
    if not (text.isascii() and text.isdigit()) or len(text) > MAX_DIGITS:
        return None
    return int(text) if low <= int(text) <= high else None


def read_cell(value: object, rows: int, columns: int) -> tuple[int, int] | None:
    """Return the row and the column of a cell, from 0; None for any other value."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    row, column = value
    is_inside = is_whole(row, 0, rows - 1) and is_whole(column, 0, columns - 1)
    return (row, column) if is_inside else None


def read_choices(value: object) -> list[tuple[int, str]]:
    """Return the pairs of a number and a choice in a list; other items are left out."""
    pairs = [each for each in value if isinstance(each, list)] if isinstance(value, list) else []
    return [
        (each[0], each[1])
        for each in pairs
        if len(each) == 2 and is_whole(each[0], 1) and isinstance(each[1], str)
    ]


def is_shown(choice: str, html: str) -> bool:
    """Return whether a choice is a `data-choice` in the HTML that the browser shows."""
    return choice in map(unescape, _CHOICE.findall(html))


def read_base64(value: object) -> bytes | None:
    """Return what a text in Base64 encodes; None if it is not one."""
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value)
    except ValueError:  # also of characters outside ASCII
        return None


def read_data_url(value: object) -> bytes | None:
    """Return the content of a file as a data URL in Base64; None if it is not one."""
    head, comma, content = value.partition(",") if isinstance(value, str) else ("", "", "")
    return read_base64(content) if head.startswith("data:") and comma else None
