"""JSON objects in files: read leniently, written atomically."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mnist_core.files import write_atomically


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty where the file is missing, damaged or no object."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace a JSON file.

    Raises:
        OSError: The folder cannot be written or the disk is full.
    """
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2))
