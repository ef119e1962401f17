"""Only values of the expected form are taken from the browser."""

import pytest

from ui.components.received import (
    is_shown,
    is_whole,
    read_base64,
    read_cell,
    read_choices,
    read_data_url,
)

HTML = '<button data-choice="3-7">3</button><b class="a" data-choice="a&amp;&quot;b">b</b>'


def test_whole_numbers_are_those_in_the_range() -> None:
    """Both ends belong to it."""
    assert all(is_whole(value, 0, 9) for value in (0, 9))
    assert not any(is_whole(value, 0, 9) for value in (-1, 10, 1.0, True, "3", None, float("nan")))
    assert not is_whole(10**400, 1)


def test_a_cell_is_in_the_grid() -> None:
    """The grid has two rows of three cells."""
    assert read_cell([1, 2], 2, 3) == (1, 2)


@pytest.mark.parametrize(
    "value",
    [None, 5, "01", [], [1], [1, 2, 0], [2, 0], [0, 3], [-1, 0], [float("nan"), 0], [0, 1.5],
     ["0", "1"], [None, 0], [True, 0], [[0], [1]], {"0": 1}],
)  # fmt: skip
def test_other_cells_are_none(value: object) -> None:
    """Of the wrong type, or outside."""
    assert read_cell(value, 2, 3) is None


def test_choices_are_some_of_the_buttons() -> None:
    """As the browser reads them, without the escapes of HTML; each has a number."""
    choices = [[4, "3-7"], [5, 'a&"b']]
    assert read_choices(choices) == [(4, "3-7"), (5, 'a&"b')]
    assert all(is_shown(choice, HTML) for _, choice in read_choices(choices))


@pytest.mark.parametrize("choice", ["", "x", "3", "a&amp;&quot;b", "9" * 5000])
def test_other_buttons_are_not_shown(choice: str) -> None:
    """The page has no such button."""
    assert not is_shown(choice, HTML)


@pytest.mark.parametrize("value", [None, "", "3-7", 3, True, ["3-7"], [[3]], {"3-7": 1}])
def test_other_choices_are_left_out(value: object) -> None:
    """They are not a list of pairs, or lack a number or a text."""
    assert read_choices(value) == []
    assert read_choices([value, [2, "3-7"], ["2", "x"], [0, "x"], [2, 5]]) == [(2, "3-7")]


def test_base64_is_decoded() -> None:
    """Alone, or in a data URL."""
    assert read_base64("aGk=") == b"hi"
    assert read_data_url("data:text/plain;base64,aGk=") == b"hi"


@pytest.mark.parametrize("value", [None, 7, ["aGk="], "é", "a", "data:,é"])
def test_other_texts_are_none(value: object) -> None:
    """Other types, letters outside ASCII, and lengths that no content has."""
    assert read_base64(value) is None
    assert read_data_url(value) is None
    assert read_data_url("aGk=") is None
