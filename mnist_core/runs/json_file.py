"""JSON objects in files: read leniently, written atomically."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mnist_core.files import write_atomically

MAX_BYTES = 2**20


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file.

    Empty if the file is missing, damaged, larger than a megabyte, or does not hold an object.
    """
    try:
        # A named pipe would block the reader for ever.
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return {}
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace a JSON file atomically.

    Raises:
        OSError: The folder cannot be written or the disk is full.
    """
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2), encoding="utf-8")


def overwrite_json(path: Path, value: dict[str, Any]) -> None:
    """Overwrite an existing JSON file in place, in the space that it has: for a full disk.

    This is not atomic, but a small file takes a single write.

    Raises:
        OSError: The file does not exist or cannot be written.
    """
    with path.open("r+b", buffering=0) as file:
        file.truncate(file.write(json.dumps(value).encode()))
        os.fsync(file.fileno())
