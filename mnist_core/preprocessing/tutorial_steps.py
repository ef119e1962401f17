"""The preparation of images and labels for training, step by step.

These are the steps of the introductory Keras tutorial on MNIST. They change the values and the
shape of the array, not the picture that it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.messages import message

DIGITS = 10


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the preparation.

    Attributes:
        name: A heading.
        code: The line of Python that does it.
        reason: Why it is done.
        array: The result.
    """

    name: str
    code: str
    reason: str
    array: np.ndarray


def list_steps(
    raw: np.ndarray, label: int | None, source: str = "train_images[index]"
) -> list[Step]:
    """Prepare one image as the tutorial does.

    Args:
        raw: (28, 28) uint8.
        label: The digit in 0..9; None omits the step for the label.
        source: The expression that gives the image in the tutorial's code.

    Returns:
        (28, 28) uint8, (28, 28) float32, the same in 0..1, (28, 28, 1), (1, 28, 28, 1), and the
        label as (10,) float32.
    """
    floating = raw.astype(np.float32)
    scaled = floating / np.float32(255)
    channels = scaled.reshape(28, 28, 1)
    batch = channels[np.newaxis]
    steps = [
        Step(
            message("As stored"),
            f"image = {source}",
            message("MNIST’s files have one byte per pixel: 0 is paper, 255 is full ink."),
            raw,
        ),
        Step(
            message("Floating point"),
            'image = image.astype("float32")',
            message(
                "A network multiplies and adds fractions, which whole numbers cannot hold. The "
                "values stay the same; each now takes four bytes instead of one."
            ),
            floating,
        ),
        Step(
            message("Scaled"),
            "image = image / 255",
            message(
                "Weights start out small, and training is faster and more stable when the values "
                "they are multiplied by are small too."
            ),
            scaled,
        ),
        Step(
            message("Channel axis"),
            "image = image.reshape(28, 28, 1)",
            message(
                "A convolution expects channels: three for a color picture, one for gray. Only "
                "the shape changes, not the numbers."
            ),
            channels,
        ),
        Step(
            message("Batch"),
            "batch = image[np.newaxis]",
            message(
                "A network processes many images at once, so even a single image is given as a "
                "batch, here a batch of one."
            ),
            batch,
        ),
    ]
    if label is not None:
        steps.append(
            Step(
                message("One-hot label"),
                'label = to_categorical(label, 10).astype("float32")',
                message(
                    "The network outputs ten probabilities. Written as ten numbers as well, with "
                    "a 1 at the correct digit, the label can be compared with them one by one."
                ),
                np.eye(DIGITS, dtype=np.float32)[label],
            )
        )
    return steps
