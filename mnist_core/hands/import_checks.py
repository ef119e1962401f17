"""What all imports check, and the error that they raise."""

from __future__ import annotations

from mnist_core.errors import MnistError
from mnist_core.hands.store import MAX_DRAWINGS

KINDS = (
    "a zip with an IDX pair or with PNG files in folders 0 to 9, a CSV table with a label and 784 "
    "pixels per row, or a JSON file of strokes"
)


class ImportFileError(MnistError):
    """A file is not one of the four kinds, is damaged or too large."""


def check_count(name: str, count: int) -> None:
    """Raise `ImportFileError` if a file has more drawings than a hand can have."""
    if count > MAX_DRAWINGS:
        raise ImportFileError(
            f"{name} has {count:,} drawings; expected at most {MAX_DRAWINGS:,}. Choose a smaller "
            "file."
        )
