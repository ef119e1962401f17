"""Images as numbers: parsing of typed pixel values, and writing of CSV files of 28×28 values.

An image is (28, 28) float32 in 0..1 here, as the network receives it. Its raw values are those of
MNIST's files, whole numbers in 0..255. Scaled values preserve any image exactly; raw values
preserve images whose pixels are multiples of 1/255, such as MNIST's.
"""

from __future__ import annotations

import re

import numpy as np

from mnist_core.errors import MnistError, shorten
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import WHITE, as_uint8

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


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
    kind = message("a number from 0 to 1") if scaled else message("a whole number from 0 to 255")
    if not text:
        raise PixelError(message("The cell is empty; type 0 for black."))
    if not NUMBER.fullmatch(text):
        raise PixelError(
            message("“{text}” is not a number. Type {kind}.", text=shorten(text), kind=kind)
        )
    value = float(text)
    if not 0 <= value <= (1 if scaled else WHITE):
        raise PixelError(
            message("{text} is out of range. Type {kind}.", text=shorten(text), kind=kind)
        )
    if not scaled and value != int(value):
        raise PixelError(
            message(
                "{text} has decimals. Type {kind}, or switch to scaled values.",
                text=shorten(text),
                kind=kind,
            )
        )
    return np.float32(value if scaled else np.float32(value) / np.float32(WHITE))


def format_csv(image: np.ndarray, scaled: bool) -> str:
    """Format an image, (28, 28) float32 in 0..1, as 28 lines of 28 numbers without a header.

    Scaled values have as many digits as distinguish each float32 from all others, and always a
    decimal point, by which `pixel_table` recognizes them.
    """
    if scaled:
        rows = [[np.format_float_positional(value, trim="0") for value in row] for row in image]
    else:
        rows = [[str(value) for value in row] for row in as_uint8(image).tolist()]
    return "".join(",".join(row) + "\n" for row in rows)
