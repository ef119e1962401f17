"""Tests of mnist_core.preprocessing.pixel_table: numbers are checked when they are taken out."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.preprocessing.pixel_csv import PixelError, format_csv
from mnist_core.preprocessing.pixel_table_reader import read_table
from mnist_core.preprocessing.scaling import as_float, as_uint8
from tests.core.preprocessing.csv_files import parse_csv


def replace_value(content: str, row: int, column: int, text: str) -> bytes:
    """Return a CSV file with one value changed."""
    rows = [line.split(",") for line in content.splitlines()]
    rows[row][column] = text
    return "\n".join(",".join(line) for line in rows).encode()


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
    """The message names the row and column."""
    content = replace_value(format_csv(as_float(nine), scaled=False), 9, 9, text)
    with pytest.raises(PixelError, match=r"Row 9, column 9 .*not a number"):
        parse_csv(content, "x.csv")


def test_one_of_many_images_is_taken_out(data: Mnist) -> None:
    """As in Kaggle's files, of which only the chosen line is checked."""
    images, labels = data.test.images[:5], data.test.labels[:5]
    lines = [
        ",".join(map(str, [label, *image.ravel()]))
        for image, label in zip(images, labels, strict=True)
    ]
    lines[1] = lines[1].replace("0", "ink")
    table = read_table("\n".join(lines).encode(), "test.csv")
    assert np.array_equal(as_uint8(table.image(3)), images[3])
    assert [table.label(index) for index in (0, 3, 4)] == [7, 0, 4]
    short = read_table("\n".join([lines[0], "0,0"]).encode(), "short.csv")
    with pytest.raises(PixelError, match=r"Image 1 of short\.csv, counted from 0, has 2 numbers"):
        short.image(1)
    with pytest.raises(PixelError, match=r"Pixel 0 of image 1 of test\.csv, both counted from 0"):
        table.image(1)


@pytest.mark.parametrize("label", ["10", "-1", "seven", "2.5", ""])
def test_a_label_that_is_not_a_digit_is_named(label: str) -> None:
    """It may be a pixel in the place of a label."""
    table = read_table(f"{label},{','.join(['0'] * 784)}".encode(), "x.csv")
    with pytest.raises(PixelError, match=f"label “{label}”; expected a digit"):
        table.label(0)


def test_an_image_of_0s_and_1s_may_be_raw_or_scaled() -> None:
    """The caller says which; with other values or a decimal point it is clear."""
    content = ",".join(["0", "1"] * 392)
    table = read_table(content.encode(), "x.csv")
    assert table.is_ambiguous(0)
    assert table.image(0, scaled=True).max() == 1
    assert table.image(0, scaled=False).max() == np.float32(1 / 255)
    for other in (
        content.replace("1", "1.0"),
        content.replace("1", "2", 1),
        content.replace("1", "0"),
    ):
        assert not read_table(other.encode(), "x.csv").is_ambiguous(0)
