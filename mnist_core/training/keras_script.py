"""A training run as a Python program that needs TensorFlow alone."""

from __future__ import annotations

import textwrap

from mnist_core.config import TrainingConfig
from mnist_core.messages import DEFAULT_LANGUAGE, join_sentences
from mnist_core.training.script_cells import Cell, list_cells

WIDTH = 88


def make_script(
    config: TrainingConfig,
    augmentation: bool = True,
    schedule: bool = True,
    language: str = DEFAULT_LANGUAGE,
) -> str:
    """Return a program that trains with the same settings in plain Keras.

    Args:
        config: The settings of the run.
        augmentation: Whether to change the training images at random where the settings do.
        schedule: Whether to change the learning rate during the run where the settings do.
        language: The language of the comments.

    Raises:
        DesignError: The layers of the network do not fit each other.

    Examples:
        >>> script = make_script(TrainingConfig(model="tutorial"))
        >>> "keras.datasets.mnist.load_data()" in script, "mnist_core" in script
        (True, False)
    """
    cells = list_cells(config, augmentation, schedule)
    return "\n".join(_format(cell, language) for cell in cells)


def _format(cell: Cell, language: str) -> str:
    """Return a step with its heading and its words as comments."""
    words = join_sentences(cell.words, language)
    lines = textwrap.wrap(words, WIDTH - 2, break_on_hyphens=False)
    title = cell.title.in_language(language)
    comment = "\n".join(f"# {line}" for line in (f"{title}.", *lines))
    after = "\n" if "\ndef " in f"\n{cell.code}" else ""  # two empty lines after a function
    return f"{comment}\n{cell.code}{after}"
