"""A training run as a Jupyter notebook that needs TensorFlow alone."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import SIDE, Split
from mnist_core.messages import DEFAULT_LANGUAGE, join_sentences, message
from mnist_core.training.script_cells import list_cells

PICTURE = "digits.png"
ROWS, COLUMNS, ZOOM = 4, 10, 2


def make_notebook(
    config: TrainingConfig,
    split: Split,
    augmentation: bool = True,
    schedule: bool = True,
    language: str = DEFAULT_LANGUAGE,
) -> str:
    """Return a notebook, as JSON, that trains with the same settings in plain Keras.

    Args:
        config: The settings of the run.
        split: The training images, of which the first are shown as a picture.
        augmentation: Whether to change the training images at random where the settings do.
        schedule: Whether to change the learning rate during the run where the settings do.
        language: The language of the words between the code.

    Raises:
        DesignError: The layers of the network do not fit each other.
    """
    import nbformat
    from nbformat import v4

    cells = []
    for index, step in enumerate(list_cells(config, augmentation, schedule)):
        title, text = step.title.in_language(language), join_sentences(step.words, language)
        words = v4.new_markdown_cell(f"{'##' if index else '#'} {title}\n\n{text}")
        if step.title == "Look":
            name = message("The first training images").in_language(language)
            words.source += f"\n\n![{name}](attachment:{PICTURE})"
            encoded = base64.b64encode(draw_digits(split.images)).decode()
            words.attachments = {PICTURE: {"image/png": encoded}}
        cells += [words, v4.new_code_cell(step.code.rstrip("\n"))]
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"  # the same notebook each time
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(notebook)
    return nbformat.writes(notebook)


def draw_digits(images: np.ndarray) -> bytes:
    """Return the first images in rows as a PNG file.

    Args:
        images: (n, 28, 28) uint8, n at least 40.
    """
    rows = images[: ROWS * COLUMNS].reshape(ROWS, COLUMNS, SIDE, SIDE)
    sheet = rows.swapaxes(1, 2).reshape(ROWS * SIDE, COLUMNS * SIDE)
    enlarged = sheet.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    return cv2.imencode(".png", enlarged)[1].tobytes()
