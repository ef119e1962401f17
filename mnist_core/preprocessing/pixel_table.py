"""The images of a text file, each of which is split and checked when it is taken out.

Numbers are separated by commas, semicolons, tabs or spaces. Between semicolons or tabs, a comma is
a decimal point, as spreadsheets of many languages write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import shorten
from mnist_core.messages import message
from mnist_core.preprocessing.pixel_csv import NUMBER, PixelError
from mnist_core.preprocessing.scaling import WHITE, as_float

PIXELS = SIDE * SIDE
DELIMITERS = ",;\t"
RANGES = message("whole numbers from 0 to 255, or decimal numbers from 0 to 1")


@dataclass(frozen=True)
class PixelTable:
    """The images of a file, as text. Only the image that is taken out is split and checked.

    Attributes:
        name: The file's name, for messages.
        lines: One line per image.
        columns: The number of cells in each line.
        first_pixel: The column of the first of the 784 pixels.
        label_column: The column of the labels; None for a file without labels.
        is_grid: Whether the file holds one image as 28 lines.
    """

    name: str
    lines: tuple[str, ...]
    columns: int = PIXELS
    first_pixel: int = 0
    label_column: int | None = None
    is_grid: bool = False

    def label(self, index: int) -> int | None:
        """Return an image's label, 0..9; None for a file without labels.

        Raises:
            PixelError: It is not a digit, or the line has another number of numbers.
        """
        if self.label_column is None:
            return None
        text = self._cells(index)[self.label_column]
        if not NUMBER.fullmatch(text) or float(text) not in range(10):
            raise PixelError(
                message(
                    "Image {index} of {name} has the label “{text}”; expected a digit from 0 to 9 "
                    "in column {column}, both counted from 0. Correct the file and upload it "
                    "again.",
                    index=index,
                    name=self.name,
                    text=shorten(text),
                    column=self.label_column,
                )
            )
        return int(float(text))

    def is_ambiguous(self, index: int) -> bool:
        """Return whether an image has no values but 0 and 1, which may be raw or scaled.

        Raises:
            PixelError: The line has another number of numbers.
        """
        return set(self._pixels(index)) == {"0", "1"}

    def image(self, index: int, scaled: bool | None = None) -> np.ndarray:
        """Return an image, (28, 28) float32 in 0..1.

        Args:
            index: Counted from 0.
            scaled: Whether the values are in 0..1, otherwise in 0..255; by default they are in
                0..1 if a decimal point occurs and no value exceeds 1.

        Raises:
            PixelError: A value is not a number or out of range, or the line has another number of
                them.

        Examples:
            >>> table = PixelTable("one.csv", ("0,128,255" + ",0" * 781,))
            >>> table.image(0)[0, :3].tolist()
            [0.0, 0.501960813999176, 1.0]
        """
        texts = self._pixels(index)
        for position, text in enumerate(texts):
            if not NUMBER.fullmatch(text):
                raise PixelError(
                    message(
                        "{place} holds “{text}”, which is not a number; expected {ranges}. "
                        "Correct the file and upload it again.",
                        place=self._place(index, position),
                        text=shorten(text),
                        ranges=RANGES,
                    )
                )
        values = np.array(texts, float)
        if scaled is None:
            has_point = any(re.search("[.e]", text, re.IGNORECASE) for text in texts)
            scaled = bool(has_point and values.max() <= 1)
        most = 1 if scaled else WHITE
        allowed = (values >= 0) & (values <= most) & (scaled | (values == np.floor(values)))
        if not allowed.all():
            position = int(np.flatnonzero(~allowed)[0])
            raise PixelError(
                message(
                    "{place} holds {text}, which is out of range; expected {ranges}. Correct the "
                    "file and upload it again.",
                    place=self._place(index, position),
                    text=shorten(texts[position]),
                    ranges=RANGES,
                )
            )
        values = values.reshape(SIDE, SIDE)
        return values.astype(np.float32) if scaled else as_float(values.astype(np.uint8))

    def _pixels(self, index: int) -> list[str]:
        return self._cells(index)[self.first_pixel :][:PIXELS]

    def _cells(self, index: int) -> list[str]:
        cells = split_line(self.lines[index])
        if len(cells) != self.columns:
            raise PixelError(
                message(
                    "Image {index} of {name}, counted from 0, has {count} numbers; the first one "
                    "has {expected}. Correct the file and upload it again.",
                    index=index,
                    name=self.name,
                    count=len(cells),
                    expected=self.columns,
                )
            )
        return cells

    def _place(self, index: int, position: int) -> str:
        if self.is_grid:
            row, column = divmod(position, SIDE)
            return message(
                "Row {row}, column {column} of {name}, counted from 0,",
                row=row,
                column=column,
                name=self.name,
            )
        return message(
            "Pixel {position} of image {index} of {name}, both counted from 0,",
            position=position,
            index=index,
            name=self.name,
        )


def split_line(line: str) -> list[str]:
    """Return the texts of a line, without those of numbers after a separator at its end.

    Examples:
        >>> split_line('0, "1",2'), split_line("3 4  5"), len(split_line("0," * 28))
        (['0', '1', '2'], ['3', '4', '5'], 28)
        >>> split_line("0;0,5;1")
        ['0', '0.5', '1']
    """
    delimiter = max(";\t", key=line.count)
    if 0 < line.count(",") <= line.count(delimiter) + 1 and delimiter in line:
        line = line.replace(",", ".")
    else:
        delimiter = max(DELIMITERS, key=line.count)
    if delimiter not in line:
        return line.split()
    cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
    is_ended = cells[-1] == "" and len(cells) - 1 in (SIDE, PIXELS, PIXELS + 1, PIXELS + 2)
    return cells[:-1] if is_ended else cells
