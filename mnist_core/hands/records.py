"""Hands and drawings as values, and their conversion to and from rows of the database."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from mnist_core.datasets.mnist import SIDE, Split
from mnist_core.hands.database import HandError
from mnist_core.hands.models import MAX_MODEL_LENGTH, Drawing
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_uint8

MAX_STROKES = 100
MAX_POINTS = 20_000


@dataclass(frozen=True)
class HandInfo:
    """A hand.

    Attributes:
        id: Its id in the database.
        name: Its name.
    """

    id: int
    name: str


@dataclass(frozen=True, eq=False)
class NewDrawing:
    """A drawing to be kept.

    Attributes:
        label: The digit that the person gave.
        image: (28, 28) float32 in 0..1 or uint8, prepared, ink bright on 0.
        strokes: The pen's positions in each stroke, (n, 2) in pixels of the canvas.
        predicted: The digit that was predicted, None if nothing was.
        probability: Its probability, 0..1.
        model: The title of the model that predicted it.
    """

    label: int
    image: np.ndarray
    strokes: Sequence[np.ndarray] = ()
    predicted: int | None = None
    probability: float | None = None
    model: str | None = None


@dataclass(frozen=True)
class KeptId:
    """What `HandStore.keep` did, for `HandStore.take_back`.

    Attributes:
        id: The drawing's id in the database.
        previous_label: Its label before, if the hand had the same image already; else None.
    """

    id: int
    previous_label: int | None = None


@dataclass(frozen=True, eq=False)
class KeptDrawing:
    """A kept drawing.

    Attributes:
        id: Its id in the database, increasing in the order of keeping.
        label: The digit that the person gave.
        image: (28, 28) uint8, ink bright on 0.
        strokes: A list of strokes, each a list of [x, y] in pixels of the canvas; empty unless they
            were asked for.
        predicted: The digit that was predicted, None if nothing was.
        probability: Its probability, 0..1.
        model: The title of the model that predicted it.
        created: When it was kept, in UTC.
    """

    id: int
    label: int
    image: np.ndarray
    strokes: list[Any]
    predicted: int | None
    probability: float | None
    model: str | None
    created: datetime


@dataclass(frozen=True)
class ImportResult:
    """What became of imported drawings.

    Attributes:
        added: How many are new.
        duplicates: How many the hand had already; their labels are unchanged.
    """

    added: int
    duplicates: int


def as_split(drawings: Sequence[KeptDrawing]) -> Split:
    """Return drawings as images (n, 28, 28) uint8 with labels (n,) uint8."""
    images = np.array([each.image for each in drawings], np.uint8).reshape(-1, SIDE, SIDE)
    return Split(images, np.array([each.label for each in drawings], np.uint8))


def check_label(label: int) -> None:
    """Raise `HandError` if a label is not a digit."""
    if not 0 <= label <= 9:
        raise HandError(message("A label must be a digit from 0 to 9, not {label}.", label=label))


def make_row(hand_id: int, drawing: NewDrawing) -> Drawing:
    """Return the row of a drawing that is kept now.

    Strokes that are longer than any drawing are left out.

    Raises:
        HandError: The label is not a digit, or the image does not have 28×28 pixels.
    """
    check_label(drawing.label)
    if drawing.image.shape != (SIDE, SIDE):
        raise HandError(
            message(
                "An image must have {side} × {side} pixels, not the shape {shape}.",
                side=SIDE,
                shape=drawing.image.shape,
            )
        )
    pixels = as_uint8(drawing.image).tobytes()
    strokes = drawing.strokes[:MAX_STROKES]
    if sum(len(stroke) for stroke in strokes) > MAX_POINTS:
        strokes = ()
    return Drawing(
        hand_id=hand_id,
        label=drawing.label,
        pixels=pixels,
        digest=hashlib.sha256(pixels).hexdigest(),
        strokes=[np.asarray(stroke, float).round(1).tolist() for stroke in strokes],
        predicted=drawing.predicted,
        probability=drawing.probability,
        model=drawing.model and drawing.model[:MAX_MODEL_LENGTH],
        created=datetime.now(UTC),
    )


def read_row(row: Drawing, strokes: list[list[list[float]]]) -> KeptDrawing:
    """Return the drawing of a row with these strokes."""
    return KeptDrawing(
        id=row.id,
        label=row.label,
        image=np.frombuffer(row.pixels, np.uint8).reshape(SIDE, SIDE),
        strokes=strokes,
        predicted=row.predicted,
        probability=row.probability,
        model=row.model,
        created=row.created,
    )
