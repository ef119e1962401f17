"""Reading of images in text files, in the forms in which people have them.

A file holds one image as 28 lines of 28 numbers, or one image per line as 784 numbers, which a
label may precede, as in Kaggle's files, or follow, as in OpenML's; a heading or the numbers tell
which. Below a heading, the numbers of the lines may come first, as pandas writes them. Numbering, a
separator at the ends of lines, and the encodings of spreadsheets are recognized.
"""

from __future__ import annotations

import codecs
import re

from mnist_core.datasets.mnist import SIDE
from mnist_core.files import MAX_FILE_MEGABYTES, MEGABYTE
from mnist_core.messages import message
from mnist_core.preprocessing.pixel_csv import NUMBER, PixelError
from mnist_core.preprocessing.pixel_table import DELIMITERS, PIXELS, PixelTable, split_line

MAX_LINES = 100_000
MAX_CHARACTERS = 50_000  # per line: 786 numbers with many decimals
LABEL_NAMES = {"label", "class", "target", "y", "digit"}
SAMPLE = 200  # lines whose numbers tell which column has the labels
INDEX_NAMES = {"", "index", "id", "unnamed: 0"}
SEPARATOR_LINE = re.compile(r'"?sep=.?"?', re.IGNORECASE)  # before all others, for Excel
# Of the rows of an image, from 0, or as R writes it from 1.
NUMBERINGS = [[str(first + row) for row in range(SIDE)] for first in (0, 1)]
FORMS = message(
    "28 lines of 28 numbers, or lines of 784 numbers with a label before or after them or without"
)


def read_table(content: bytes, name: str) -> PixelTable:
    """Read the images in a text file. Their values are checked when an image is taken out.

    Args:
        content: The file's bytes.
        name: The file's name, for messages.

    Raises:
        PixelError: The file is not text, is too large, or has lines of other lengths.

    Examples:
        >>> read_table(b"0,128,255" + b",0" * 781, "one.csv").image(0)[0, :3].tolist()
        [0.0, 0.501960813999176, 1.0]
    """
    if len(content) > MAX_FILE_MEGABYTES * MEGABYTE:
        raise PixelError(
            message(
                "{name} has {count:,} bytes; at most {megabytes} MB are read. Choose a file with "
                "fewer images.",
                name=name,
                count=len(content),
                megabytes=MAX_FILE_MEGABYTES,
            )
        )
    lines = _list_lines(_decode(content, name), name)
    first = split_line(lines[0])
    is_headed = _is_heading(first)
    names = [cell.lower() for cell in first] if is_headed else []
    start = int(len(names) > PIXELS and names[0] in INDEX_NAMES)
    if len(first) - start in (PIXELS, PIXELS + 1):
        lines = lines[is_headed:]
        if not lines:
            raise PixelError(
                message(
                    "{name} has a heading, but no image below it. Choose another file.", name=name
                )
            )
        label_column = _find_label_column(names, start, len(first), lines)
        first_pixel = start + (label_column == start)
        return PixelTable(name, tuple(lines), len(first), first_pixel, label_column)
    if is_headed and len(lines) == SIDE + 1:
        lines = lines[1:]
    rows = [split_line(line) for line in lines[: PIXELS + 1]]
    if [row[0] for row in rows] in NUMBERINGS:
        rows = [row[1:] if len(row) == SIDE + 1 else row for row in rows]
    is_column = len(lines) == PIXELS and {len(row) for row in rows} == {1}
    if not is_column:
        _check_grid(rows, len(lines), name)
    texts = [text for row in rows for text in row]
    return PixelTable(name, ("\t".join(texts),), is_grid=True)


def _is_heading(cells: list[str]) -> bool:
    """Return whether a line names columns, mostly by texts, or numbers them from 0 or 1.

    No image has all of the numbers, and one that has a few mistyped values is not a heading.
    """
    columns = PIXELS if len(cells) >= PIXELS else SIDE
    texts = [cell for cell in cells if cell and not NUMBER.fullmatch(cell)]
    return 2 * len(texts) > len(cells) or {str(n) for n in range(1, columns)} <= set(cells)


def _find_label_column(names: list[str], start: int, count: int, lines: list[str]) -> int | None:
    """Return which of the columns from `start` on has the labels; None if all have pixels.

    Args:
        names: What a heading calls the columns, in lower case; empty without a heading.
        start: How many columns at the beginning number the lines.
        count: The number of columns.
        lines: The lines below the heading.
    """
    if count - start == PIXELS:
        return None
    last = count - 1
    named = [column for column in (start, last) if names and names[column] in LABEL_NAMES]
    if len(named) == 1:
        return named[0]
    rows = [split_line(line) for line in lines[:: -(-len(lines) // SAMPLE)]]
    rows = [row for row in rows if len(row) == count]
    # The first two pixels of an image are background, and not every label is a 0.
    begins_with_pixels = all(row[start] == row[start + 1] for row in rows)
    ends = {float(row[last]) if NUMBER.fullmatch(row[last]) else -1 for row in rows}
    is_last = begins_with_pixels and {0} < ends | {0} <= set(range(10))
    return last if is_last else start


def _check_grid(rows: list[list[str]], count: int, name: str) -> None:
    if len(rows[0]) > PIXELS:
        raise PixelError(
            message(
                "{name} has lines of {count} numbers; expected 784, or 785 with a label. Correct "
                "the file and upload it again.",
                name=name,
                count=len(rows[0]),
            )
        )
    if count != SIDE:
        raise PixelError(
            message(
                "{name} is not an image of 28 rows of 28 numbers; rows found: {count}. Choose a "
                "file with {forms}.",
                name=name,
                count=count,
                forms=FORMS,
            )
        )
    for r, row in enumerate(rows):
        if len(row) != SIDE:
            raise PixelError(
                message(
                    "{name} is not an image of 28 rows of 28 numbers; values found in row {row}, "
                    "counted from 0: {count}. Choose a file with {forms}.",
                    name=name,
                    row=r,
                    count=len(row),
                    forms=FORMS,
                )
            )


def _decode(content: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 as spreadsheets write it."""
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise PixelError(
            message(
                "{name} cannot be read as text. Choose a file with {forms}.", name=name, forms=FORMS
            )
        )
    return text


def _list_lines(text: str, name: str) -> list[str]:
    """Return the lines that are not empty."""
    lines = [line for line in text.splitlines() if line.strip(f'{DELIMITERS} "')]
    if lines and SEPARATOR_LINE.fullmatch(lines[0]):
        lines = lines[1:]
    if not lines:
        raise PixelError(
            message("{name} is empty. Choose a file with {forms}.", name=name, forms=FORMS)
        )
    if len(lines) > MAX_LINES:
        raise PixelError(
            message(
                "{name} has {count:,} lines; at most {most:,} are read. Choose a smaller file.",
                name=name,
                count=len(lines),
                most=MAX_LINES,
            )
        )
    longest = max(len(line) for line in lines)
    if longest > MAX_CHARACTERS:
        raise PixelError(
            message(
                "{name} has a line of {count:,} characters; at most {most:,} are read. Choose a "
                "file with {forms}.",
                name=name,
                count=longest,
                most=MAX_CHARACTERS,
                forms=FORMS,
            )
        )
    return lines
