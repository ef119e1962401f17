"""Drawings from files that people give: IDX, CSV, PNG and strokes, as `drawing_files` writes them.

Every file is bounded and checked before its content is used; nothing is written to the disk.
"""

from __future__ import annotations

import re

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import shorten
from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.hands.import_checks import KINDS, ImportFileError, check_count
from mnist_core.hands.records import NewDrawing
from mnist_core.hands.stroke_imports import read_strokes_file
from mnist_core.hands.zip_imports import read_zip
from mnist_core.messages import message

PIXELS = SIDE * SIDE


def read_drawings(name: str, content: bytes) -> list[NewDrawing]:
    """Read the drawings of a file. Its kind follows from its content.

    Args:
        name: The file's name, for messages.
        content: The file's bytes.

    Raises:
        ImportFileError: The file is not of a known kind, is damaged, or is too large.
    """
    name = shorten(name)
    if len(content) > MAX_FILE_MEGABYTES * 1_000_000:
        raise ImportFileError(
            message(
                "{name} has {count:,.0f} MB; expected at most {megabytes} MB. Choose a smaller "
                "file.",
                name=name,
                count=len(content) / 1_000_000,
                megabytes=MAX_FILE_MEGABYTES,
            )
        )
    start = content[:64].lstrip()
    if content.startswith(b"PK"):
        drawings = read_zip(name, content)
    elif start.startswith((b"{", b"[")):
        drawings = read_strokes_file(name, content)
    else:
        drawings = _read_csv(name, content)
    if not drawings:
        raise ImportFileError(
            message(
                "{name} has no drawings; expected {kinds}. Choose another file.",
                name=name,
                kinds=KINDS,
            )
        )
    return drawings


def _read_csv(name: str, content: bytes) -> list[NewDrawing]:
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()
    if content[:64].lstrip(b'\xef\xbb\xbf"').lower().startswith(b"label"):
        content = content.partition(b"\n")[2]
    check_count(name, content.count(b"\n") + 1)
    drawings = []
    for number, line in enumerate(content.splitlines()):
        if not line.strip():
            continue
        values = _parse_row(line)
        if values is None:
            raise ImportFileError(
                message(
                    "Row {number} of {name}, counted from 0 below the header, is not a label from "
                    "0 to 9 and {pixels} pixels from 0 to 255; expected {kinds}. Choose another "
                    "file, or correct this row.",
                    number=number,
                    name=name,
                    pixels=PIXELS,
                    kinds=KINDS,
                )
            )
        image = np.array(values[1:], np.uint8).reshape(SIDE, SIDE)
        drawings.append(NewDrawing(values[0], image))
    return drawings


def _parse_row(line: bytes) -> list[int] | None:
    cells = [cell.strip() for cell in line.split(b",", PIXELS + 1)]
    if len(cells) != PIXELS + 1 or not all(re.fullmatch(rb"[0-9]{1,3}", cell) for cell in cells):
        return None
    values = [int(cell) for cell in cells]
    return values if values[0] <= 9 and max(values[1:]) <= 255 else None
