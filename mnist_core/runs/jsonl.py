"""The history of a run on disk, one JSON record per line.

The files only grow, so a process that is killed can damage at most the last line. Truncated or
invalid lines are skipped. Repeated reads are incremental: only the bytes appended since the last
read are parsed.
"""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from mnist_core.files import write_atomically
from mnist_core.training.epochs import EpochResult, Progress

MAX_COUNT = 2**31 - 1
MAX_SECONDS = 10 * 365 * 24 * 3600
MAX_BYTES = 2**26  # a day of progress reports has less
READERS = 64  # files whose records stay in memory
TAIL = 100  # bytes by which a file is recognized

Record = TypeVar("Record", EpochResult, Progress)


def append_line(path: Path, record: EpochResult | Progress) -> None:
    """Append a record to a file, which is created if needed."""
    with path.open("a", encoding="utf-8") as file:
        file.write(format_lines([record]))


def read_lines(path: Path, record: type[Record]) -> list[Record]:
    """Return the valid records of a file; an empty list if the file does not exist.

    Args:
        path: The file. Bytes beyond 64 MiB are ignored.
        record: The type of its records.
    """
    return _open_reader(path).read(record)


def write_lines(path: Path, records: Iterable[EpochResult | Progress]) -> None:
    """Replace a file by these records, atomically."""
    with write_atomically(path) as temporary:
        temporary.write_text(format_lines(records), encoding="utf-8")


def parse_lines(content: bytes, record: type[Record]) -> list[Record]:
    """Return the valid records among lines."""
    names = [f.name for f in fields(record)]
    # A record has at least a quoted name, a colon, a digit and a comma per field. Without this, a
    # file of short lines takes minutes.
    shortest = sum(len(f'"{name}":0,') for name in names)
    records = []
    for line in io.BytesIO(content):
        if len(line) < shortest:
            continue
        try:
            values = json.loads(line.decode(errors="replace"))
        except (ValueError, RecursionError):
            continue
        if isinstance(values, dict) and all(is_valid(name, values.get(name)) for name in names):
            item = record(**{name: values[name] for name in names})
            if isinstance(item, EpochResult) or item.fraction <= 1:
                records.append(item)
    return records


def format_lines(records: Iterable[EpochResult | Progress]) -> str:
    """Return records as lines of JSON."""
    return "".join(json.dumps(asdict(record)) + "\n" for record in records)


def is_valid(name: str, value: object) -> bool:
    """Return whether a field can have this value. A loss is NaN if training diverged."""
    if name in {"epoch", "epochs", "step", "steps"}:
        return type(value) is int and 1 <= value <= MAX_COUNT
    if value is None:
        return name.startswith("validation_")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    if name.endswith("accuracy"):
        return 0 <= value <= 1
    if name.endswith("seconds"):
        return 0 <= value <= MAX_SECONDS
    return isinstance(value, float) or abs(value) <= MAX_COUNT


class _Reader:
    """Parses each line of a growing file once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._start_over(inode=0)

    def _start_over(self, inode: int) -> None:
        self._inode = inode
        self._passed = 0
        self._tail = b""
        self._records: list[Any] = []

    def read(self, record: type[Record]) -> list[Record]:
        """Return the valid records that the file has now, all of one type."""
        with self._lock:
            if not self._path.is_file():  # opening a named pipe would block
                return []
            try:
                file = self._path.open("rb")
            except OSError:
                return []
            with file:
                inode = os.fstat(file.fileno()).st_ino
                file.seek(self._passed - len(self._tail))
                # The file may have been replaced, even by one with the same inode.
                if inode != self._inode or file.read(len(self._tail)) != self._tail:
                    self._start_over(inode)
                file.seek(self._passed)
                content = file.read(MAX_BYTES - self._passed)
            end = content.rfind(b"\n") + 1
            self._passed += end
            self._tail = (self._tail + content[:end])[-TAIL:]
            self._records += parse_lines(content[:end], record)
            return self._records + parse_lines(content[end:], record)


@lru_cache(maxsize=READERS)
def _open_reader(path: Path) -> _Reader:
    return _Reader(path)
