"""Drawings from JSON files of strokes."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.hands.drawing_files import STROKES_FORMAT
from mnist_core.hands.import_checks import KINDS, ImportFileError, check_count
from mnist_core.hands.models import MAX_MODEL_LENGTH
from mnist_core.hands.records import MAX_POINTS, MAX_STROKES, NewDrawing
from mnist_core.json_numbers import is_number
from mnist_core.messages import message
from mnist_core.runs.names import clean_text
from mnist_core.synthesis.strokes import draw_prepared

PEN_WIDTH = 0.1  # of strokes without an image, as a fraction of the digit's longer side
COORDINATE_LIMIT = 100_000


def read_strokes_file(name: str, content: bytes) -> list[NewDrawing]:
    """Read the drawings of a JSON file; strokes without an image are drawn and prepared."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ImportFileError(
            message(
                "{name} is not a JSON file that can be read; expected {kinds}. Choose another "
                "file.",
                name=name,
                kinds=KINDS,
            )
        ) from error
    records = document.get("drawings") if isinstance(document, dict) else None
    if not isinstance(records, list) or document.get("format") != STROKES_FORMAT:
        raise ImportFileError(
            message(
                "{name} is not a file of strokes; expected the format “{strokes_format}” and a "
                "list of drawings. Export strokes here to see an example.",
                name=name,
                strokes_format=STROKES_FORMAT,
            )
        )
    check_count(name, len(records))
    return [_parse_record(name, number, record) for number, record in enumerate(records)]


def _parse_record(name: str, number: int, record: Any) -> NewDrawing:
    problem = ImportFileError(
        message(
            "Drawing {number} of {name}, counted from 0, is not a label from 0 to 9 with strokes "
            "or an image. Export strokes here to see an example.",
            number=number,
            name=name,
        )
    )
    if not isinstance(record, dict) or not _is_digit(record.get("label")):
        raise problem
    strokes = _parse_strokes(record.get("strokes", []))
    if strokes is None:
        raise problem
    image = _parse_image(record.get("image"))
    if image is None and strokes:
        image = draw_prepared(strokes, PEN_WIDTH)
    if image is None or not image.any():
        raise problem
    probability, model = record.get("probability"), record.get("model")
    return NewDrawing(
        label=record["label"],
        image=image,
        strokes=strokes,
        predicted=record["predicted"] if _is_digit(record.get("predicted")) else None,
        probability=probability if _is_number(probability, 1) else None,
        model=clean_text(model[:MAX_MODEL_LENGTH]) if isinstance(model, str) else None,
    )


def _is_digit(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9


def _is_number(value: Any, limit: float) -> bool:
    return is_number(value) and abs(value) <= limit


def _parse_strokes(value: Any) -> list[np.ndarray] | None:
    if not isinstance(value, list) or len(value) > MAX_STROKES:
        return None
    if not all(isinstance(stroke, list) and stroke for stroke in value):
        return None
    points = [point for stroke in value for point in stroke]
    if len(points) > MAX_POINTS or not all(
        isinstance(point, list)
        and len(point) == 2
        and all(_is_number(each, COORDINATE_LIMIT) for each in point)
        for point in points
    ):
        return None
    return [np.array(stroke, np.float32) for stroke in value]


def _parse_image(value: Any) -> np.ndarray | None:
    if not isinstance(value, str) or len(value) > 2 * SIDE * SIDE:
        return None
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return np.frombuffer(data, np.uint8).reshape(SIDE, SIDE) if len(data) == SIDE * SIDE else None
