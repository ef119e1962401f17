"""Drawings that people keep, each with its label: the store, and files to take them in and out.

A *hand* is the name that a person gives to their handwriting; it has any number of drawings.
`models` has the two tables, `database` opens the SQLite file or the PostgreSQL server and brings
its tables up to date, `records` has what it holds as values, `store` reads and writes.
`drawing_files` writes drawings as files of four kinds, and `drawing_imports` reads them. Nothing
here depends on networks.
"""

from mnist_core.hands.database import HandError, open_hands
from mnist_core.hands.records import (
    HandInfo,
    ImportResult,
    KeptDrawing,
    KeptId,
    NewDrawing,
    as_split,
)
from mnist_core.hands.store import HandStore

__all__ = [
    "HandError",
    "HandInfo",
    "HandStore",
    "ImportResult",
    "KeptDrawing",
    "KeptId",
    "NewDrawing",
    "as_split",
    "open_hands",
]
