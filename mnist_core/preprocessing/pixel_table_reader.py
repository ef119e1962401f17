"""Reading of images in text files, in the forms in which people have them.

A file holds one image as 28 lines of 28 numbers, or one image per line as 784 numbers, which a
label may precede, as in Kaggle's files. Headings, numbering, a separator at the ends of lines, and
the encodings of spreadsheets are recognized.
"""

from __future__ import annotations

import codecs

from mnist_core.datasets.mnist import SIDE
from mnist_core.files import MAX_FILE_MEGABYTES, MEGABYTE
from mnist_core.messages import message
from mnist_core.preprocessing.pixel_csv import NUMBER, PixelError
from mnist_core.preprocessing.pixel_table import DELIMITERS, PIXELS, PixelTable, split_line

MAX_LINES = 100_000
MAX_CHARACTERS = 50_000  # per line: 785 numbers with many decimals
NUMBERING = [str(number) for number in range(SIDE)]
FORMS = message(
    "28 lines of 28 numbers, or lines of 784 numbers with or without a label before them"
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
    if len(first) in (PIXELS, PIXELS + 1):
        if not NUMBER.fullmatch(first[-1]):
            lines = lines[1:]
        if not lines:
            raise PixelError(
                message(
                    "{name} has a heading, but no image below it. Choose another file.", name=name
                )
            )
        has_labels = len(first) == PIXELS + 1
        return PixelTable(name, tuple(lines), has_labels)
    rows = [split_line(line) for line in lines[: PIXELS + 1]]
    if len(rows) == SIDE + 1 and rows[0][-SIDE:] == NUMBERING:
        del rows[0]
    if len(rows) == SIDE and [row[0] for row in rows] == NUMBERING:
        rows = [row[1:] if len(row) == SIDE + 1 else row for row in rows]
    is_column = len(lines) == PIXELS and {len(row) for row in rows} == {1}
    if not is_column:
        _check_grid(rows, len(lines) - (len(rows) == SIDE and len(lines) == SIDE + 1), name)
    texts = [text for row in rows for text in row]
    return PixelTable(name, ("\t".join(texts),), is_grid=True)


def _check_grid(rows: list[list[str]], count: int, name: str) -> None:
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
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise PixelError(
            message(
                "{name} cannot be read as text. Choose a file with {forms}.", name=name, forms=FORMS
            )
        ) from error


def _list_lines(text: str, name: str) -> list[str]:
    """Return the lines that are not empty."""
    lines = [line for line in text.splitlines() if line.strip(f'{DELIMITERS} "')]
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
