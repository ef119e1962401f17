"""Typed pixel values, and images as CSV files."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_core.datasets.mnist import Mnist
from mnist_core.preprocessing.pixel_csv import (
    PixelError,
    format_csv,
    parse_csv,
    parse_value,
)
from mnist_core.preprocessing.scaling import as_float, as_uint8

NINE = 53238


@pytest.fixture
def nine(data: Mnist) -> np.ndarray:
    """Return the tutorial's example, (28, 28) uint8."""
    return data.train.images[NINE]


def replace_value(content: str, row: int, column: int, text: str) -> bytes:
    """Return a CSV file with one value changed."""
    rows = [line.split(",") for line in content.splitlines()]
    rows[row][column] = text
    return "\n".join(",".join(line) for line in rows).encode()


@pytest.mark.parametrize("scaled", [False, True])
def test_an_image_comes_back_from_its_file(nine: np.ndarray, scaled: bool) -> None:
    """Bit for bit, in raw and in scaled values."""
    image = as_float(nine)
    content = format_csv(image, scaled).encode()
    assert np.array_equal(parse_csv(content, "nine.csv"), image)


@settings(deadline=None, max_examples=30)
@given(arrays(np.float32, (28, 28), elements=st.floats(0, 1, width=32)))
def test_any_scaled_image_comes_back(image: np.ndarray) -> None:
    """A drawing's pixels are not multiples of 1/255."""
    assert np.array_equal(parse_csv(format_csv(image, scaled=True).encode(), "x.csv"), image)


@settings(deadline=None, max_examples=30)
@given(arrays(np.uint8, (28, 28)))
def test_any_raw_image_comes_back(raw: np.ndarray) -> None:
    """Also those with no other values than 0 and 1."""
    content = format_csv(as_float(raw), scaled=False).encode()
    assert np.array_equal(as_uint8(parse_csv(content, "x.csv")), raw)


def test_pandas_reads_the_same_numbers(nine: np.ndarray) -> None:
    """The file has the values of the tutorial's DataFrame."""
    frame = pd.read_csv(io.StringIO(format_csv(as_float(nine), scaled=False)), header=None)
    assert np.array_equal(frame, nine)


@pytest.mark.parametrize(
    "options",
    [{}, {"index": False}, {"header": False}, {"index": False, "header": False}, {"sep": ";"}],
)
def test_what_pandas_writes_is_read(nine: np.ndarray, options: dict) -> None:
    """Its row and column numbers are skipped."""
    content = pd.DataFrame(nine).to_csv(**options).encode("utf-8-sig")
    assert np.array_equal(as_uint8(parse_csv(content, "frame.csv")), nine)


def test_raw_values_may_be_floating_point(nine: np.ndarray) -> None:
    """As the tutorial has them between the change of type and the division."""
    content = pd.DataFrame(nine.astype(np.float32)).to_csv(index=False, header=False)
    assert np.array_equal(as_uint8(parse_csv(content.encode(), "float.csv")), nine)


@pytest.mark.parametrize("text", ["256", "-1", "1e9", "0.5"])
def test_a_raw_file_is_held_to_its_range(nine: np.ndarray, text: str) -> None:
    """The message names the row and column."""
    content = replace_value(format_csv(as_float(nine), scaled=False), 3, 5, text)
    with pytest.raises(PixelError, match=f"Row 3, column 5 of x.csv.*{text}.*0 to 255"):
        parse_csv(content, "x.csv")


@pytest.mark.parametrize("text", ["1.01", "-0.5"])
def test_a_scaled_file_is_held_to_its_range(text: str) -> None:
    """The message names the row and column, though all other values are valid."""
    content = replace_value(format_csv(np.zeros((28, 28), np.float32), scaled=True), 0, 27, text)
    with pytest.raises(PixelError, match=f"Row 0, column 27 .*{text}.*from 0 to 1"):
        parse_csv(content, "x.csv")


@pytest.mark.parametrize("text", ["", "ink", "nan", "inf", "1_0", "٣", "0x10", "9" * 400 + "x"])
def test_text_that_is_not_a_number_is_rejected(nine: np.ndarray, text: str) -> None:
    """In a file and in a cell; an empty cell has a message of its own."""
    content = replace_value(format_csv(as_float(nine), scaled=False), 9, 9, text)
    with pytest.raises(PixelError, match=r"Row 9, column 9 .*not a number"):
        parse_csv(content, "x.csv")
    problem = "not a number" if text else "The cell is empty; type 0 for black"
    with pytest.raises(PixelError, match=problem):
        parse_value(text, scaled=False)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "rows found: 0"),
        (b"1,2,3\n", "rows found: 1"),
        (b"0,0\n" * 28, "values found in row 0, counted from 0: 2"),
        (b"0," * 27 + b"0\n" + b"0\n" * 27, "values found in row 1, counted from 0: 1"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not a CSV file"),
        (b"0" * 1_000_000, "1,000,000 bytes"),
        (b'"' + b"0" * 140_000, "not a CSV file"),
    ],
)
def test_other_files_are_rejected(content: bytes, problem: str) -> None:
    """Empty, too small, of another shape, no text, too large."""
    with pytest.raises(PixelError, match=problem):
        parse_csv(content, "x.csv")


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


def check_image_or_sentence(content: bytes) -> None:
    """Assert that a file gives a valid image or an error of one line."""
    try:
        image = parse_csv(content, "x.csv")
    except PixelError as error:
        assert "\n" not in str(error) and str(error).endswith(".")
    else:
        assert image.shape == (28, 28) and image.dtype == np.float32
        assert np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=2000))
def test_any_bytes_give_an_image_or_a_sentence(content: bytes) -> None:
    """No other exception, whatever is uploaded."""
    check_image_or_sentence(content)


CELLS = st.one_of(
    st.integers(-1, 300).map(str),
    st.floats(width=32).map(str),
    st.sampled_from(["", "1e999", "-0", ".5", "5.", "1e-400", '"1', '"1\n2"', "٣", "\0", "\r"]),
    st.text(max_size=3),
)


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from([",", ";", "\t", " ", ", "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    st.sampled_from([(28, 28), (29, 29), (28, 29), (1, 784), (1, 785), (2, 785), (784, 1)]),
    st.dictionaries(st.integers(0, 783), CELLS, max_size=5),
)
def test_any_table_gives_an_image_or_a_sentence(
    delimiter: str, line_end: str, encoding: str, shape: tuple[int, int], cells: dict[int, str]
) -> None:
    """Tables of many shapes and encodings with a few odd cells."""
    rows, columns = shape
    values = [cells.get(index, "0") for index in range(rows * columns)]
    lines = [delimiter.join(values[r * columns :][:columns]) for r in range(rows)]
    check_image_or_sentence(line_end.join(lines).encode(encoding, "replace"))
