"""The steps of a training run as plain Keras code, with a few words each.

The code is generated from the run's settings and from the layers that the run is built from. It
needs TensorFlow alone. `keras_script` makes one program of the steps, `notebook` a notebook.
"""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.messages import Message, message
from mnist_core.training.script_code import (
    write_augmentation,
    write_compile,
    write_fit,
    write_model,
    write_split,
)
from mnist_core.training.script_words import explain_compile, explain_evaluation, explain_fit

IMPORTS = """\
import keras
import numpy as np
import tensorflow as tf
from keras import layers
"""
LOAD = """\
(train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
"""
LOOK = """\
print(train_images.shape, train_images.dtype, train_images.min(), train_images.max())
print(test_images.shape, np.bincount(train_labels))
for row in train_images[0]:
    print("".join(" .:-=+*#%@"[value // 26] for value in row))
print("Label:", train_labels[0])
"""
ONE_HOT = """\
y_train = keras.utils.to_categorical(train_labels, 10)
y_test = keras.utils.to_categorical(test_labels, 10)
print(train_labels[0], "becomes", y_train[0])
"""
EVALUATE = """\
results = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
print(f"Test accuracy {results['accuracy']:.2%}, test loss {results['loss']:.4f}")
"""
MISTAKES = """\
probabilities = model.predict(x_test, verbose=0)
predictions = probabilities.argmax(axis=1)
mistakes = np.flatnonzero(predictions != test_labels)
print(f"{len(mistakes)} of {len(test_labels)} test images are classified incorrectly.")
for index in mistakes[:10]:
    label, prediction = test_labels[index], predictions[index]
    print(f"Image {index}: {label}, classified as {prediction} ({probabilities[index].max():.1%})")
"""


@dataclass(frozen=True)
class Cell:
    """A step of the program.

    Attributes:
        title: Its heading.
        words: What it does and why, one sentence or several each.
        code: Python code, ending in a line break.
    """

    title: Message
    words: tuple[Message, ...]
    code: str


def list_cells(
    config: TrainingConfig, augmentation: bool = True, schedule: bool = True
) -> list[Cell]:
    """Return the steps of a run with such settings.

    Args:
        config: The settings.
        augmentation: Whether to change the training images at random where the settings do.
        schedule: Whether to change the learning rate during the run where the settings do.

    Raises:
        DesignError: The layers of the network do not fit each other.

    Examples:
        >>> cells = list_cells(TrainingConfig(model="tutorial", schedule="constant"))
        >>> [cell.title for cell in cells][:4]
        ['Train a network on MNIST', 'Load', 'Look', 'Scale']
        >>> print(cells[5].code.splitlines()[4].strip())
        layers.Conv2D(32, 3, activation="relu", name="conv"),  # 26 × 26 × 32
    """
    changes = config.augmentation if augmentation else Augmentation()
    # Drawn handwriting needs more than Keras.
    is_augmented = changes.affine or changes.elastic or changes.thickness
    with_schedule = schedule and config.schedule == "one-cycle"
    return [
        Cell(
            message("Train a network on MNIST"),
            (
                message(
                    "The network “{name}” with the settings chosen in Draw a digit. All that this "
                    "program needs is TensorFlow: pip install tensorflow.",
                    name=config.model,
                ),
            ),
            IMPORTS if is_augmented else IMPORTS.replace("import tensorflow as tf\n", ""),
        ),
        Cell(
            message("Load"),
            (
                message(
                    "Keras downloads MNIST, 60,000 training images and 10,000 test images of "
                    "handwritten digits, and keeps the file for the next time."
                ),
            ),
            LOAD,
        ),
        Cell(
            message("Look"),
            (
                message(
                    "An image is 28 rows of 28 numbers, from 0 (black) to 255 (white). Here the "
                    "first one is printed with a denser character for a higher number."
                ),
            ),
            LOOK,
        ),
        _scale(config),
        Cell(
            message("One-hot"),
            (
                message(
                    "Each label becomes ten numbers: 1 for its digit and 0 for the others, as the "
                    "network should answer."
                ),
            ),
            ONE_HOT
            + (
                "y_train, y_validation = y_train[:split], y_train[split:]\n"
                if config.validation_fraction
                else ""
            ),
        ),
        Cell(
            message("Build"),
            (
                message(
                    "One layer per line; the comment is the shape of its output. The last two "
                    "layers are the usual {dense}, in two steps. The seed makes the first weights "
                    "the same each time.",
                    dense='Dense(10, activation="softmax")',
                ),
            ),
            write_model(config),
        ),
        *([_augment(changes, config.epochs)] if is_augmented else []),
        Cell(
            message("Compile"),
            tuple(explain_compile(config, with_schedule)),
            write_compile(config, with_schedule, is_augmented),
        ),
        Cell(
            message("Fit"),
            tuple(explain_fit(is_augmented, changes.style)),
            write_fit(config, is_augmented),
        ),
        Cell(
            message("Evaluate"),
            tuple(explain_evaluation(config)),
            EVALUATE,
        ),
        Cell(
            message("Mistakes"),
            (message("The first test images that are classified incorrectly."),),
            MISTAKES,
        ),
        Cell(
            message("Save"),
            (message("Draw a digit can load this file: on Train, under “Models from files”."),),
            f'model.save("{config.model}.keras")\n',
        ),
    ]


def _scale(config: TrainingConfig) -> Cell:
    code = (
        'x_train = train_images[..., np.newaxis].astype("float32") / 255  # (60000, 28, 28, 1)\n'
        'x_test = test_images[..., np.newaxis].astype("float32") / 255\n'
    )
    words = message(
        "Networks learn best from small numbers, so pixels are scaled to 0 to 1. A last axis "
        "holds the color channels, of which there is one."
    )
    if not config.validation_fraction:
        return Cell(message("Scale"), (words,), code)
    held_out = message(
        "The last images are held out for validation: they show after each epoch how the network "
        "does on images that it does not learn from."
    )
    return Cell(
        message("Scale"),
        (words, held_out),
        code + write_split(config.validation_fraction),
    )


def _augment(changes: Augmentation, epochs: int) -> Cell:
    words = [
        message(
            "The training images are changed at random, differently in each epoch, so that the "
            "network learns more than the handwriting that it is shown. This approximates what "
            "Draw a digit does, which also slants digits, and fits and centers each one after its "
            "change."
        )
    ]
    if epochs >= 4:
        words.append(
            message("Here the changes keep their strength; there they weaken in the last quarter.")
        )
    return Cell(message("Augment"), tuple(words), write_augmentation(changes))
