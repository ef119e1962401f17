"""Drawings from files that people give: IDX, CSV, PNG and strokes, as `drawing_files` writes them.

Every file is bounded and checked before its content is used; nothing is written to the disk.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mnist_core.errors import shorten
from mnist_core.files import MAX_FILE_MEGABYTES, MEGABYTE
from mnist_core.hands.import_checks import KINDS, ImportFileError, check_count
from mnist_core.hands.records import NewDrawing
from mnist_core.hands.stroke_imports import read_strokes_file
from mnist_core.hands.zip_imports import read_zip
from mnist_core.messages import message
from mnist_core.preprocessing.ink_measures import border_pixels
from mnist_core.preprocessing.pixel_csv import PixelError
from mnist_core.preprocessing.pixel_table import PixelTable
from mnist_core.preprocessing.pixel_table_reader import read_table
from mnist_core.preprocessing.scaling import WHITE, as_uint8

WHITE_PAPER = 192  # the least gray value of paper


def read_drawings(name: str, content: bytes) -> list[NewDrawing]:
    """Read the drawings of a file. Its kind follows from its content.

    Args:
        name: The file's name, for messages.
        content: The file's bytes.

    Raises:
        ImportFileError: The file is not of a known kind, is damaged, or is too large.
    """
    name = shorten(name)
    if len(content) > MAX_FILE_MEGABYTES * MEGABYTE:
        raise ImportFileError(
            message(
                "{name} has {count:,.0f} MB; expected at most {megabytes} MB. Choose a smaller "
                "file.",
                name=name,
                count=len(content) / MEGABYTE,
                megabytes=MAX_FILE_MEGABYTES,
            )
        )
    start = content[:64].lstrip()
    if content.startswith(b"PK"):
        drawings = read_zip(name, content)
    elif start.startswith((b"{", b"[")):
        drawings = read_strokes_file(name, content)
    else:
        drawings = _read_table(name, content)
    if not drawings:
        raise ImportFileError(
            message(
                "{name} has no drawings; expected {kinds}. Choose another file.",
                name=name,
                kinds=KINDS,
            )
        )
    return _with_bright_ink(drawings)


def _with_bright_ink(drawings: list[NewDrawing]) -> list[NewDrawing]:
    """Return drawings with bright ink on black; if most have a white border, all are inverted."""
    is_white = [np.median(border_pixels(each.image)) >= WHITE_PAPER for each in drawings]
    if np.mean(is_white) <= 0.5:
        return drawings
    return [replace(each, image=WHITE - each.image) for each in drawings]


def _read_table(name: str, content: bytes) -> list[NewDrawing]:
    # Below a heading; also before the lines are split, which takes many times their memory.
    check_count(name, max(map(content.rstrip().count, (b"\n", b"\r"))))
    try:
        table = read_table(content, name)
    except PixelError as error:
        raise ImportFileError(
            message("{problem} Drawings can be in {kinds}.", problem=error, kinds=KINDS)
        ) from error
    check_count(name, len(table.lines))
    if table.label_column is None:
        raise ImportFileError(
            message(
                "{name} has images without labels; expected {kinds}. Put the digit before the "
                "pixels of each row.",
                name=name,
                kinds=KINDS,
            )
        )
    try:
        return [_read_drawing(table, index) for index in range(len(table.lines))]
    except PixelError as error:
        raise ImportFileError(*error.args) from error


def _read_drawing(table: PixelTable, index: int) -> NewDrawing:
    label = table.label(index)
    assert label is not None
    # An image of 0s and 1s is black and white, as one with no value above 1 would show nothing.
    return NewDrawing(label, as_uint8(table.image(index, table.is_ambiguous(index) or None)))
