"""The picture of an image and the table of its values, side by side; both can be edited.

After every edit, the browser sends a numbered message with what it shows. It ignores data from
the server until its newest message is acknowledged, so that quick edits are not lost.
"""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import SIDE
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from mnist_core.preprocessing.pixel_csv import PixelError, parse_value
from ui import state
from ui.components.js_module import serve_module
from ui.components.received import is_whole, read_base64, read_cell
from ui.formatting import list_percent_texts
from ui.language import _, localize, localize_all
from ui.pixels.edit_history import LabeledImage, get_edited, record_edit

KEY = "pixels_editor"
MAX_TEXT = 24  # characters of a cell; the browser takes no more
IMAGE_BYTES = 4 * SIDE * SIDE
TEXTS = {
    "picture": message(
        "The image, 28 by 28 pixels. Paint on it, or change its numbers in the table."
    ),
    "table": message("The numbers of the image"),
    "cell": message("Row {row}, column {column}"),
    "position": message("Row {row}, column {column}: {raw}, scaled {scaled}"),
    "value": message("Pen value"),
    "width": message("Pen width"),
    "invitation": message("Paint on the picture, or click a number and type another."),
    "changed": message(
        "Changed pixels: {count} of 784. The prediction is for the image as you see it."
    ),
    "correct": message("{percent} sure, correct: the label is {label}"),
    "incorrect": message("{percent} sure, incorrect: the label is {label}"),
    "unlabeled": message("{percent} sure"),
    "digit": message("Digit"),
    "prediction": message("Prediction"),
    "target": message("One-hot label"),
}

_show = st.components.v2.component(
    "pixel_editor",
    html='<div class="pixels"></div>',
    css=Path(__file__).with_name("pixel_editor.css").read_text(),
    js=serve_module("pixels.js"),
    isolate_styles=False,
)


def show_pixel_editor(name: str, original: LabeledImage, classifier: Classifier) -> None:
    """Show an image after its last edit, with the network's prediction for it.

    Args:
        name: Identifies the image.
        original: The image without edits.
        classifier: The network.
    """
    session = st.session_state
    edited = get_edited(name, original)
    data: dict[str, Any] = {
        "name": name,
        "values": encode(edited.image),
        "original": encode(original.image),
        "scaled": session.get(state.PIXELS_SCALED, False),
        "label": edited.label,
        "probabilities": classifier.probabilities(edited.image[np.newaxis])[0].tolist(),
        "temperature": classifier.temperature,
        "error": session.pop(state.PIXELS_ERROR, None),
        "acknowledged": session.get(state.PIXELS_ACKNOWLEDGED, 0),
        "texts": localize_all(TEXTS) | {"percent": list_percent_texts()},
    }
    _show(data=data, key=KEY, on_edit_change=lambda: receive_edit(name, original))


def receive_edit(name: str, original: LabeledImage) -> None:
    """Record the edit that the browser has sent, if there is one that was not recorded yet.

    Callbacks of buttons call this first: a click that follows an edit at once may arrive together
    with it.

    Args:
        name: Identifies the image.
        original: The image without edits.
    """
    session = st.session_state
    sent = (session.get(KEY) or {}).get("edit")
    if not is_edit(sent) or sent["name"] != name:
        return
    if sent["number"] <= session.get(state.PIXELS_ACKNOWLEDGED, 0):
        return
    session[state.PIXELS_ACKNOWLEDGED] = sent["number"]
    try:
        images, session[state.PIXELS_ERROR] = read_edit(sent)
    except PixelError as error:
        session[state.PIXELS_ERROR] = localize(str(error))
        return
    # A message repeats the typed values of earlier ones that were not acknowledged in time.
    current = get_edited(name, original)
    recorded = [step for step, image in enumerate(images) if np.array_equal(image, current.image)]
    for image in images[recorded[-1] + 1 if recorded else 0 :]:
        record_edit(name, original, replace(current, image=image))


def encode(image: np.ndarray) -> str:
    """Encode an image's float32 values, row by row, in Base64."""
    return base64.b64encode(image.astype("<f4").tobytes()).decode()


def is_edit(sent: object) -> TypeGuard[dict[str, Any]]:
    """Return whether what the browser has sent has the form of an edit.

    That is: "name" of the image; "number" of the message; "values", the painted image as `encode`
    writes it; "typed", a list of row, column and text for each cell that was typed since; and
    "scaled", whether these texts are in 0..1, otherwise in 0..255.
    """
    return (
        isinstance(sent, dict)
        and isinstance(sent.get("name"), str)
        and is_whole(sent.get("number"), 1)
        and len(read_base64(sent.get("values")) or b"") == IMAGE_BYTES
        and isinstance(sent.get("typed"), list)
        and all(map(_is_typed, sent["typed"]))
        and isinstance(sent.get("scaled"), bool)
    )


def _is_typed(cell: object) -> bool:
    return (
        isinstance(cell, list)
        and len(cell) == 3
        and read_cell(cell[:2], SIDE, SIDE) is not None
        and isinstance(cell[2], str)
        and len(cell[2]) <= MAX_TEXT
    )


def read_edit(edit: dict[str, Any]) -> tuple[list[np.ndarray], str | None]:
    """Read an edit.

    Args:
        edit: Its "values", "typed" and "scaled"; see `is_edit`.

    Returns:
        At least one image, (28, 28) float32 in 0..1, each with one more typed pixel, and a
        sentence about the first cell whose last text is invalid, or None.

    Raises:
        PixelError: The painted image has values outside 0..1.
    """
    content = base64.b64decode(edit["values"])
    image = np.frombuffer(content, "<f4").reshape(SIDE, SIDE).astype(np.float32)
    if not (image.min() >= 0 and image.max() <= 1):
        raise PixelError(_("The picture has values out of range; nothing was changed."))
    last_texts = {(row, column): text for row, column, text in edit["typed"]}
    images, problem = [], None
    for position, text in last_texts.items():
        try:
            value = parse_value(text, edit["scaled"])
        except PixelError as error:
            problem = problem or localize(str(error))
        else:
            image = image.copy()
            image[position] = value
            images.append(image)
    return images or [image], problem
