"""The picture of an image and the table of its values, side by side; both can be changed.

The browser sends what it shows after every change, with a number, and shows what comes back once
its newest message has been answered. So nothing is lost when changes follow each other quickly.
"""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import SIDE
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.pixel_csv import PixelError, parse_value
from ui import state
from ui.components.js_module import serve_module

WORDS = {
    "picture": "The image, 28 by 28 pixels. Paint on it, or change its numbers in the table.",
    "cell": "Row {row}, column {column}",
    "place": "Row {row}, column {column}: {raw}, scaled {scaled}",
    "value": "The pen writes",
    "width": "Pen width",
    "invitation": "Paint on the picture, or click a number and type another.",
    "changed": "Changed pixels: {count} of 784. The network answers to what you see.",
    "right": "{percent} sure, and {label} is its label",
    "wrong": "{percent} sure, but its label is {label}",
    "unlabeled": "{percent} sure",
    "digit": "Digit",
    "answer": "The network’s answer",
    "target": "One-hot label",
}

_show = st.components.v2.component(
    "pixel_table",
    html='<div class="pixels"></div>',
    css=Path(__file__).with_name("pixel_editor.css").read_text(),
    js=serve_module("pixels.js"),
    isolate_styles=False,
)


def show_pixel_table(
    name: str,
    image: np.ndarray,
    original: np.ndarray,
    label: int | None,
    classifier: Classifier,
    change: Callable[[np.ndarray], None],
) -> None:
    """Show an image with what the network answers.

    Args:
        name: Which image.
        image: (28, 28) float32 in 0..1, as it was changed last.
        original: The image itself.
        label: Its digit, where it is known.
        classifier: The network that answers.
        change: Called with the changed image before the page runs again.
    """
    key = "pixels_table"
    session = st.session_state
    scaled = session.get(state.PIXELS_SCALED, False)

    def receive() -> None:
        message = session[key]["edit"]
        if message["name"] != name:
            return
        session[state.PIXELS_ANSWERED] = message["number"]
        try:
            images, session[state.PIXELS_NOTE] = read_message(message, scaled)
            # Messages repeat what was typed until it is answered.
            known = [step for step, each in enumerate(images) if np.array_equal(each, image)]
            for changed in images[known[-1] + 1 if known else 0 :]:
                change(changed)
        except PixelError as error:
            session[state.PIXELS_NOTE] = str(error)

    data: dict[str, Any] = {
        "name": name,
        "values": encode(image),
        "original": encode(original),
        "scaled": scaled,
        "label": label,
        "probabilities": classifier.probabilities(image[np.newaxis])[0].tolist(),
        "temperature": classifier.temperature,
        "note": session.pop(state.PIXELS_NOTE, None),
        "answered": session.get(state.PIXELS_ANSWERED, 0),
        "words": WORDS,
    }
    _show(data=data, key=key, on_edit_change=receive)


def encode(image: np.ndarray) -> str:
    """Return an image's float32 values, row by row, in base 64."""
    return base64.b64encode(image.astype("<f4").tobytes()).decode()


def read_message(message: dict[str, Any], scaled: bool) -> tuple[list[np.ndarray], str | None]:
    """Read the image that the browser has made, step by step where several cells were typed.

    Args:
        message: "values", the image as `encode` writes it, and "typed", a list of row, column and
            text of the cells in which something was typed since.
        scaled: Whether that is meant in 0..1, else in 0..255.

    Returns:
        Images, (28, 28) float32 in 0..1, at least one, each with one more typed value of a pixel,
        and a sentence about the first cell in which something else was typed last.

    Raises:
        PixelError: The picture is none.
    """
    content = base64.b64decode(message["values"])
    image = np.frombuffer(content, "<f4").reshape(SIDE, SIDE).astype(np.float32)
    if not (image.min() >= 0 and image.max() <= 1):
        raise PixelError("The picture holds values out of range; nothing was changed.")
    latest = {(row, column): text for row, column, text in message["typed"]}
    images, refusal = [], None
    for place, text in latest.items():
        try:
            value = parse_value(text, scaled)
        except PixelError as error:
            refusal = refusal or str(error)
        else:
            image = image.copy()
            image[place] = value
            images.append(image)
    return images or [image], refusal
