"""What a run teaches, if it teaches a network a person's drawings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mnist_core.runs.json_file import read_json
from mnist_core.runs.names import MAX_NAME_LENGTH, clean_text
from mnist_core.runs.paths import RunPaths


@dataclass(frozen=True)
class Teaching:
    """What a run teaches.

    Attributes:
        hand: The name that a person gave to their hand; may be empty.
        hand_id: The hand in the database; None for drawings from files.
        base_id: The id of the model that the teaching starts from.
        base_title: Its title.
        drawings: The number of drawings.
    """

    hand: str
    hand_id: int | None
    base_id: str
    base_title: str
    drawings: int


def read_teaching(run: RunPaths) -> Teaching | None:
    """Return what a run teaches; None for a run that trains a network from its beginning."""
    values = read_json(run.teaching_path)
    texts = {name: values.get(name) for name in ("hand", "base_id", "base_title")}
    drawings = values.get("drawings")
    if type(drawings) is not int or not all(isinstance(text, str) for text in texts.values()):
        return None
    cleaned: dict[str, Any] = {
        name: clean_text(str(text)[:MAX_NAME_LENGTH]) for name, text in texts.items()
    }
    hand_id = values.get("hand_id")
    return Teaching(**cleaned, drawings=drawings, hand_id=hand_id if type(hand_id) is int else None)
