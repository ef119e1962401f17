"""Tests of mnist_core.preprocessing.pixel_csv: typed pixel values."""

import numpy as np
import pytest

from mnist_core.preprocessing.pixel_csv import PixelError, parse_value


@pytest.mark.parametrize(
    ("text", "scaled", "value"),
    [("0", False, 0), ("255", False, 1), (" 51 ", False, 0.2), ("51.0", False, 0.2),
     ("0.25", True, 0.25), (".5", True, 0.5), ("1", True, 1), ("1e-3", True, 0.001)],
)  # fmt: skip
def test_typed_values(text: str, scaled: bool, value: float) -> None:
    """Raw values are divided by 255, scaled ones taken as they are."""
    assert parse_value(text, scaled) == np.float32(value)


@pytest.mark.parametrize(
    ("text", "scaled", "problem"),
    [
        ("256", False, "256 is out of range.*whole number from 0 to 255"),
        ("-1", False, "out of range"),
        ("1e999", False, "out of range"),
        ("0.5", False, "0.5 has decimals.*switch to scaled"),
        ("2", True, "2 is out of range.*from 0 to 1"),
    ],
)
def test_typed_values_out_of_range(text: str, scaled: bool, problem: str) -> None:
    """The message says what is expected."""
    with pytest.raises(PixelError, match=problem):
        parse_value(text, scaled)


@pytest.mark.parametrize(("text", "problem"), [("", "The cell is empty; type 0"), ("ink", "not a")])
def test_typed_text_that_is_not_a_number_is_rejected(text: str, problem: str) -> None:
    """An empty cell has a message of its own."""
    with pytest.raises(PixelError, match=problem):
        parse_value(text, scaled=False)
