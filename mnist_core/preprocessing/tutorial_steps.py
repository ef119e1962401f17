"""The preparation of images and labels for training, one step after the other.

These are the steps of the usual MNIST tutorial for Keras. They change what the numbers are and
how they are arranged, never the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DIGITS = 10


@dataclass(frozen=True, eq=False)
class Step:
    """One step: its name, the code that carries it out, why it is made, and its result."""

    name: str
    code: str
    reason: str
    array: np.ndarray


def list_steps(raw: np.ndarray, label: int | None) -> list[Step]:
    """Prepare one image as the tutorial does.

    Args:
        raw: (28, 28) uint8.
        label: The digit in 0..9; None leaves the step of the label out.

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
            "As stored",
            "image = X_train[index]",
            "MNIST’s files hold one byte a pixel: 0 is paper, 255 is full ink.",
            raw,
        ),
        Step(
            "Floating point",
            'image = image.astype("float32")',
            "A network multiplies and adds fractions, which whole numbers cannot hold. The values "
            "stay the same; each now takes four bytes instead of one.",
            floating,
        ),
        Step(
            "Scaled",
            "image = image / 255",
            "Weights start out small, and learning is quicker and steadier when what they are "
            "multiplied by is small too.",
            scaled,
        ),
        Step(
            "Channel axis",
            "image = image.reshape(28, 28, 1)",
            "A convolution expects channels: three for a color picture, one for gray. Not a "
            "single number changes, only the brackets around it.",
            channels,
        ),
        Step(
            "Batch",
            "batch = image[np.newaxis]",
            "A network reads many images at once, so that even a single one comes as a batch: here "
            "a batch of one.",
            batch,
        ),
    ]
    if label is not None:
        steps.append(
            Step(
                "One-hot label",
                'label = to_categorical(label, 10).astype("float32")',
                "The network answers with ten probabilities. Written as ten numbers too, with a 1 "
                "at the right digit, the label can be compared with them one by one.",
                np.eye(DIGITS, dtype=np.float32)[label],
            )
        )
    return steps
