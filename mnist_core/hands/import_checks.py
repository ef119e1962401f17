"""What all imports check, and the error that they raise."""

from __future__ import annotations

from mnist_core.errors import MnistError
from mnist_core.hands.store import MAX_DRAWINGS
from mnist_core.messages import message

KINDS = message(
    "a zip with an IDX pair or with PNG files in folders 0 to 9, a CSV table with a label and 784 "
    "pixels per row, or a JSON file of strokes"
)


class ImportFileError(MnistError):
    """A file is not one of the four kinds, is damaged or too large."""


def check_count(name: str, count: int) -> None:
    """Raise `ImportFileError` if a file has more drawings than a hand can have."""
    if count > MAX_DRAWINGS:
        raise ImportFileError(
            message(
                "{name} has {count:,} drawings; expected at most {most:,}. Choose a smaller file.",
                name=name,
                count=count,
                most=MAX_DRAWINGS,
            )
        )
