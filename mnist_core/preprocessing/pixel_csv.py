"""Images as numbers: parsing of typed pixel values, and CSV files of 28×28 values.

An image is (28, 28) float32 in 0..1 here, as the network receives it. Its raw values are those of
MNIST's files, whole numbers in 0..255. Scaled values preserve any image exactly; raw values
preserve images whose pixels are multiples of 1/255, such as MNIST's.
"""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError, shorten
from mnist_core.preprocessing.scaling import WHITE, as_float, as_uint8

LARGEST_FILE = 200_000
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
DELIMITERS = ",;\t"
NUMBERING = [str(number) for number in range(SIDE)]
RANGES = "whole numbers from 0 to 255, or decimal numbers from 0 to 1"


class PixelError(MnistError):
    """A value is not a pixel, or a file is not an image of 28×28 values."""


def parse_value(text: str, scaled: bool) -> np.float32:
    """Parse one typed pixel value and return it scaled to 0..1.

    Args:
        text: The typed text.
        scaled: Whether the value is in 0..1, otherwise in 0..255.

    Raises:
        PixelError: The text is empty or not a number, or the value is out of range, or a raw value
            with decimals.

    Examples:
        >>> float(parse_value("255", scaled=False)), float(parse_value("0.25", scaled=True))
        (1.0, 0.25)
    """
    text = text.strip()
    kind = "a number from 0 to 1" if scaled else "a whole number from 0 to 255"
    if not text:
        raise PixelError("The cell is empty; type 0 for black.")
    if not NUMBER.fullmatch(text):
        raise PixelError(f"“{shorten(text)}” is not a number. Type {kind}.")
    value = float(text)
    if not 0 <= value <= (1 if scaled else WHITE):
        raise PixelError(f"{shorten(text)} is out of range. Type {kind}.")
    if not scaled and value != int(value):
        raise PixelError(f"{shorten(text)} has decimals. Type {kind}, or switch to scaled values.")
    return np.float32(value if scaled else np.float32(value) / np.float32(WHITE))


def format_csv(image: np.ndarray, scaled: bool) -> str:
    """Format an image, (28, 28) float32 in 0..1, as 28 lines of 28 numbers without a header.

    Scaled values have as many digits as distinguish each float32 from all others, and always a
    decimal point, by which `parse_csv` recognizes them.
    """
    if scaled:
        rows = [[np.format_float_positional(value, trim="0") for value in row] for row in image]
    else:
        rows = [[str(value) for value in row] for row in as_uint8(image).tolist()]
    return "".join(",".join(row) + "\n" for row in rows)


def parse_csv(content: bytes, name: str) -> np.ndarray:
    """Read an image from a CSV file, (28, 28) float32 in 0..1.

    Whole numbers are raw values. If a decimal point occurs and no value exceeds 1, all values are
    scaled. The row and column numbers that pandas writes are recognized and skipped. Values are
    separated by commas, semicolons or tabs; a comma is never a decimal point.

    Args:
        content: The file's bytes.
        name: The file's name, for messages.

    Raises:
        PixelError: The file is not text or not 28×28, or has a value that is not a pixel.

    Examples:
        >>> image = np.eye(28, dtype=np.float32)
        >>> content = format_csv(image, scaled=False).encode()
        >>> bool((parse_csv(content, "eye.csv") == image).all())
        True
    """
    rows = _read_table(content, name)
    values = np.zeros((SIDE, SIDE))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if not NUMBER.fullmatch(text):
                raise PixelError(
                    f"Row {r}, column {c} of {name}, counted from 0, holds “{shorten(text)}”, "
                    f"which is not a number; expected {RANGES}. Correct the file and upload it "
                    "again."
                )
            values[r, c] = float(text)
    has_point = any(re.search("[.e]", text, re.IGNORECASE) for row in rows for text in row)
    scaled = has_point and values.max() <= 1
    allowed = (values >= 0) & (values <= WHITE) & (scaled | (values == np.floor(values)))
    if not allowed.all():
        r, c = np.argwhere(~allowed)[0]
        raise PixelError(
            f"Row {r}, column {c} of {name}, counted from 0, holds {shorten(rows[r][c])}, which "
            f"is out of range; expected {RANGES}. Correct the file and upload it again."
        )
    return values.astype(np.float32) if scaled else as_float(values.astype(np.uint8))


def _read_table(content: bytes, name: str) -> list[list[str]]:
    """Return the 28 rows of 28 texts of a CSV file, without numbering."""
    if len(content) > LARGEST_FILE:
        raise PixelError(
            f"{name} has {len(content):,} bytes, too many for 28 × 28 numbers. Choose a CSV file "
            "with one image."
        )
    try:
        text = content.decode("utf-8-sig")
        delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if any(cell.strip() for cell in row)
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise PixelError(
            f"{name} is not a CSV file: it cannot be read as text. Choose a file with 28 lines of "
            "28 numbers."
        ) from error
    if len(rows) == SIDE + 1 and rows[0][-SIDE:] == NUMBERING:
        del rows[0]
    if len(rows) == SIDE and [row[0] for row in rows] == NUMBERING:
        rows = [row[1:] if len(row) == SIDE + 1 else row for row in rows]
    if len(rows) != SIDE:
        raise PixelError(
            f"{name} is not an image of 28 rows of 28 numbers; rows found: {len(rows)}. Choose "
            "another file, or download an image here to see the format."
        )
    for r, row in enumerate(rows):
        if len(row) != SIDE:
            raise PixelError(
                f"{name} is not an image of 28 rows of 28 numbers; values found in row {r}, "
                f"counted from 0: {len(row)}. Choose another file, or download an image here to "
                "see the format."
            )
    return rows
