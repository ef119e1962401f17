"""The history of a run as it grows on disk: a JSON record a line.

A line file only grows, so that a process that is killed can damage at most its last line. What is
torn or makes no sense is left out when the file is read. Who reads it again and again, as every
page that shows a running training does, reads only what has come since.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from mnist_core.files import write_atomically
from mnist_core.training.trainer import EpochResult, Progress

MAX_COUNT = 2**31 - 1
MAX_SECONDS = 10 * 365 * 24 * 3600
READERS = 64  # files whose records are kept in memory
TAIL = 100  # bytes by which a file is known again

Record = TypeVar("Record", EpochResult, Progress)


def append_line(path: Path, record: EpochResult | Progress) -> None:
    """Add a record to a file, which is made if there is none."""
    with path.open("a") as file:
        file.write(_to_line(record))


def read_lines(path: Path, record: type[Record]) -> list[Record]:
    """Return the sound records of a file; none where there is no file."""
    return _open_reader(path).read(record)


def keep_lines(path: Path, record: type[Record], last_epoch: int) -> None:
    """Replace a file by its sound records up to the end of an epoch."""
    kept = [item for item in read_lines(path, record) if item.epoch <= last_epoch]
    with write_atomically(path) as temporary:
        temporary.write_text("".join(_to_line(item) for item in kept))


def is_sound(name: str, value: object) -> bool:
    """Whether a recorded value can be what its name says; a loss is NaN where training diverged."""
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
    """Reads a file that grows, each of its lines once."""

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
        """Return the sound records that the file has now, all of one type."""
        with self._lock:
            try:
                file = self._path.open("rb")
            except OSError:
                return []
            with file:
                inode = os.fstat(file.fileno()).st_ino
                file.seek(self._passed - len(self._tail))
                # Another file may have come in its place, even under the same inode.
                if inode != self._inode or file.read(len(self._tail)) != self._tail:
                    self._start_over(inode)
                file.seek(self._passed)
                content = file.read()
            end = content.rfind(b"\n") + 1
            self._passed += end
            self._tail = (self._tail + content[:end])[-TAIL:]
            self._records += _parse(content[:end], record)
            return self._records + _parse(content[end:], record)


@lru_cache(maxsize=READERS)
def _open_reader(path: Path) -> _Reader:
    return _Reader(path)


def _parse(content: bytes, record: type[Record]) -> list[Record]:
    names = [f.name for f in fields(record)]
    records = []
    for line in content.decode(errors="replace").splitlines():
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(values, dict) and all(is_sound(name, values.get(name)) for name in names):
            item = record(**{name: values[name] for name in names})
            if isinstance(item, EpochResult) or item.fraction <= 1:
                records.append(item)
    return records


def _to_line(record: EpochResult | Progress) -> str:
    return json.dumps(asdict(record)) + "\n"
