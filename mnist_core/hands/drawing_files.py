"""Drawings as files to take away: IDX, CSV, PNG and strokes. `drawing_imports` reads them."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy as np

from mnist_core.datasets.mnist import IMAGES_MAGIC, LABELS_MAGIC, SIDE
from mnist_core.hands.records import KeptDrawing, as_split

IDX_IMAGES, IDX_LABELS = "hand-images-idx3-ubyte.gz", "hand-labels-idx1-ubyte.gz"
STROKES_FORMAT = "draw-a-digit strokes"
PIXEL_COLUMNS = [f"pixel{number}" for number in range(SIDE * SIDE)]


def write_idx(drawings: Sequence[KeptDrawing]) -> bytes:
    """Return a zip of two compressed IDX files, images and labels, in MNIST's format."""
    split = as_split(drawings)
    count = len(split.labels)
    images = struct.pack(">4I", IMAGES_MAGIC, count, SIDE, SIDE) + split.images.tobytes()
    labels = struct.pack(">2I", LABELS_MAGIC, count) + split.labels.tobytes()
    return _zip(
        [
            (IDX_IMAGES, gzip.compress(images, mtime=0)),
            (IDX_LABELS, gzip.compress(labels, mtime=0)),
        ]
    )


def write_csv(drawings: Sequence[KeptDrawing]) -> bytes:
    """Return a table with a header, one row per drawing: its label and 784 pixels in 0..255."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["label", *PIXEL_COLUMNS])
    writer.writerows([each.label, *each.image.ravel().tolist()] for each in drawings)
    return text.getvalue().encode()


def write_pngs(drawings: Sequence[KeptDrawing]) -> bytes:
    """Return a zip of one PNG per drawing in folders named by label, such as 7/00012.png."""
    return _zip(
        (f"{each.label}/{number:05d}.png", cv2.imencode(".png", each.image)[1].tobytes())
        for number, each in enumerate(drawings)
    )


def write_stroke_json(drawings: Sequence[KeptDrawing]) -> bytes:
    """Return JSON with label, strokes, image and prediction of each drawing.

    The strokes are lists of [x, y] in pixels of the canvas, in drawing order; the image is
    28 × 28 bytes in base64, row by row.
    """
    return json.dumps(
        {
            "format": STROKES_FORMAT,
            "version": 1,
            "drawings": [_describe(each) for each in drawings],
        }
    ).encode()


WRITERS: dict[str, Callable[[Sequence[KeptDrawing]], bytes]] = {
    "idx": write_idx,
    "csv": write_csv,
    "png": write_pngs,
    "strokes": write_stroke_json,
}
"""The functions that write drawings, by the name of the format."""

SUFFIXES = {"idx": "-idx.zip", "csv": ".csv", "png": "-png.zip", "strokes": "-strokes.json"}
"""What the name of such a file ends in."""


def _describe(drawing: KeptDrawing) -> dict[str, object]:
    return {
        "label": drawing.label,
        "strokes": drawing.strokes,
        "image": base64.b64encode(np.ascontiguousarray(drawing.image).tobytes()).decode(),
        "predicted": drawing.predicted,
        "probability": drawing.probability,
        "model": drawing.model,
        "created": drawing.created.isoformat(),
    }


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return content.getvalue()
