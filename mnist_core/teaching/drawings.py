"""Drawings that a network is taught: checked on the way in, and varied like handwriting."""

from __future__ import annotations

import zlib

import numpy as np

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import SIDE, Split
from mnist_core.errors import MnistError
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_uint8
from mnist_core.synthesis.augmentation import augment

MAX_DRAWINGS = 10_000
CHANGES = Augmentation(affine=True, elastic=True, thickness=True)


class TeachingError(MnistError):
    """Drawings or a network cannot be used for teaching."""


def check_drawings(images: np.ndarray, labels: np.ndarray) -> Split:
    """Return drawings with their labels as a split like those of MNIST.

    Args:
        images: (n, 28, 28), float32 in 0..1, prepared; n at least 1.
        labels: (n,) integers in 0..9.

    Raises:
        TeachingError: A shape, a type or a value is not as described.

    Examples:
        >>> check_drawings(np.ones((2, 28, 28), np.float32), np.array([3, 5])).labels
        array([3, 5], dtype=uint8)
        >>> check_drawings(np.ones((1, 28, 28), np.float32), np.array([10]))
        Traceback (most recent call last):
        mnist_core.teaching.drawings.TeachingError: The labels go from 10 to 10; expected digits \
from 0 to 9. Correct the labels.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype.kind not in "fiu":
        raise TeachingError(
            message(
                "The drawings have the shape {shape} and the type {dtype}; expected numbers of "
                "the shape (n, 28, 28). Prepare each drawing with prepare_drawing.",
                shape=images.shape,
                dtype=images.dtype,
            )
        )
    if labels.shape != (len(images),) or labels.dtype.kind not in "iu":
        raise TeachingError(
            message(
                "The labels have the shape {shape} and the type {dtype}; expected one integer for "
                "each of the {count:,} drawings. Give as many labels as drawings.",
                shape=labels.shape,
                dtype=labels.dtype,
                count=len(images),
            )
        )
    if not 1 <= len(images) <= MAX_DRAWINGS:
        raise TeachingError(
            message(
                "There are {count:,} drawings; expected 1 to {most:,}. Give some, or fewer.",
                count=len(images),
                most=MAX_DRAWINGS,
            )
        )
    low, high = images.min(), images.max()
    if not (low >= 0 and high <= 1):  # also for NaN
        raise TeachingError(
            message(
                "The drawings have values from {low:g} to {high:g}; expected numbers from 0 to 1. "
                "Divide pixels of 0 to 255 by 255, and replace what is not a number.",
                low=low,
                high=high,
            )
        )
    if labels.min() < 0 or labels.max() > 9:
        raise TeachingError(
            message(
                "The labels go from {low} to {high}; expected digits from 0 to 9. Correct the "
                "labels.",
                low=labels.min(),
                high=labels.max(),
            )
        )
    return Split(as_uint8(images.astype(np.float32)), labels.astype(np.uint8))


def vary(drawings: Split, copies: int, seed: int) -> np.ndarray:
    """Return each drawing as it is, followed by changed copies of it.

    A drawing is changed in the same way whatever the others are, so that the features of its copies
    need not be computed again when another one is added; see `load_varied_features`.

    Args:
        drawings: The drawings.
        copies: Changed copies of each.
        seed: The seed of the changes.

    Returns:
        (n, 1 + copies, 28, 28) uint8.
    """
    varied = np.empty((len(drawings.labels), 1 + copies, SIDE, SIDE), np.uint8)
    for copy, image, label in zip(varied, drawings.images, drawings.labels, strict=True):
        copy[:] = image
        rng = np.random.default_rng((seed, zlib.crc32(image.tobytes())))
        copy[1:] = augment(copy[1:], np.full(copies, label, np.uint8), CHANGES, rng)
    return varied
