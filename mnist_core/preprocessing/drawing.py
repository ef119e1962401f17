"""From the pixels of a drawing to the image that a network receives.

A network sees a drawing as it saw its training data only if both are prepared in the same way:

    pixels --extract_ink--> ink map --normalize_ink--> (28, 28)

`extract_ink` expects an even background, as on a canvas. Photographs use a different method,
`mnist_core.preprocessing.photo`; the second step is the same
(`mnist_core.preprocessing.centering`).
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError
from mnist_core.messages import message
from mnist_core.preprocessing.centering import average_pixels, normalize_ink
from mnist_core.preprocessing.ink_measures import border_pixels
from mnist_core.preprocessing.scaling import as_uint8

# A canvas whose pixels, in 0..255, all differ by less than this from the background is blank.
BLANK_CONTRAST = 25


class DrawingError(MnistError):
    """The array given is not a drawing: its shape, type or range is wrong."""


def prepare_drawing(pixels: np.ndarray | None) -> np.ndarray | None:
    """Prepare a drawing as MNIST's authors prepared their scans.

    The result does not depend on the position and size of the digit or on the colors of pen and
    background, and hardly on the width of the pen.

    Args:
        pixels: (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA; uint8 in 0..255 or floating
            point in 0..1; any size. None, a canvas that was never touched, is blank.

    Returns:
        (28, 28) float32 in 0..1, ink bright on 0; None for a blank drawing.

    Raises:
        DrawingError: The array has another shape, type or range.

    Examples:
        >>> canvas = np.zeros((280, 280, 3), np.uint8)
        >>> canvas[40:240, 130:150] = 255
        >>> image = prepare_drawing(canvas)
        >>> image.shape, image.dtype, float(image.max())
        ((28, 28), dtype('float32'), 1.0)
        >>> moved = np.roll(canvas, 50, axis=1)
        >>> bool((prepare_drawing(moved) == image).all())
        True
        >>> prepare_drawing(np.zeros((280, 280), np.uint8)) is None
        True
    """
    return None if pixels is None else normalize_ink(extract_ink(pixels))


def scale_drawing(pixels: np.ndarray | None) -> np.ndarray | None:
    """Shrink the whole canvas to 28×28 by area averaging, neither cropped nor centered.

    Many demos give this to a network trained on MNIST, which then often misclassifies it. It is
    shown for comparison with `prepare_drawing`. Arguments, result and errors are the same.
    """
    if pixels is None:
        return None
    ink = extract_ink(pixels)
    if not ink.any():
        return None
    height, width = ink.shape
    return average_pixels(ink, (height / SIDE, width / SIDE), (0, 0))


def extract_ink(pixels: np.ndarray) -> np.ndarray:
    """Separate ink from an even background.

    Ink is what differs from the background, which is the median color of the canvas's edge.
    The difference is taken in the channel in which it is largest, with colors multiplied by
    their opacity and the opacity as a channel of its own. Ink and background may therefore have
    any colors, and the background may be transparent.

    Args:
        pixels: As for `prepare_drawing`.

    Returns:
        (h, w) float32 in 0..1, 1 at the strongest ink; all 0 for a blank canvas.

    Raises:
        DrawingError: The array has another shape, type or range.
    """
    ink = np.zeros(pixels.shape[:2], np.uint8)
    for plane in _split_planes(pixels):
        background = np.full_like(plane, np.median(border_pixels(plane)))
        ink = np.maximum(ink, cv2.absdiff(plane, background))
    contrast = ink.max()
    if contrast < BLANK_CONTRAST:
        return np.zeros(ink.shape, np.float32)
    return ink / np.float32(contrast)


def validate_pixels(pixels: np.ndarray) -> np.ndarray:
    """Check that an array is an image, and return it as uint8.

    Args:
        pixels: As for `prepare_drawing`.

    Returns:
        The same shape, uint8 in 0..255.

    Raises:
        DrawingError: The array has another shape, type or range.

    Examples:
        >>> validate_pixels(np.array([[0, 0.5, 1]])).tolist()
        [[0, 128, 255]]
    """
    if (
        pixels.ndim not in (2, 3)
        or pixels.size == 0
        or pixels.shape[2:] not in ((), (1,), (3,), (4,))
    ):
        raise DrawingError(
            message(
                "A drawing of shape {shape} cannot be read; expected (height, width), or (height, "
                "width, channels) with 1, 3 or 4 channels. Give a gray, RGB or RGBA image.",
                shape=pixels.shape,
            )
        )
    if np.issubdtype(pixels.dtype, np.floating):
        lowest, highest = pixels.min(), pixels.max()
        if not (lowest >= 0 and highest <= 1):
            raise DrawingError(
                message(
                    "A drawing with values from {lowest:g} to {highest:g} cannot be read; "
                    "expected floating point numbers from 0 to 1. Divide them by their maximum.",
                    lowest=lowest,
                    highest=highest,
                )
            )
        pixels = as_uint8(pixels)
    if pixels.dtype != np.uint8:
        raise DrawingError(
            message(
                "A drawing of type {dtype} cannot be read; expected uint8 from 0 to 255 or "
                "floating point from 0 to 1. Convert it first.",
                dtype=pixels.dtype,
            )
        )
    return pixels


def _split_planes(pixels: np.ndarray) -> list[np.ndarray]:
    """Return each channel as (h, w) uint8 in 0..255, colors multiplied by their opacity."""
    planes = list(cv2.split(validate_pixels(pixels)))
    if len(planes) == 4:
        opacity = planes[3]
        planes[:3] = [cv2.multiply(plane, opacity, scale=1 / 255) for plane in planes[:3]]
    return planes
