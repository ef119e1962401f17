"""Conversion between uint8 pixels in 0..255 and float32 pixels in 0..1.

MNIST's files hold the former; networks receive the latter. Every conversion in the core and the
interface is made here, so that all parts of the app give a network the same numbers.
"""

from __future__ import annotations

import cv2
import numpy as np

WHITE = 255
"""The largest raw pixel value, full ink in MNIST's images."""


def as_float(images: np.ndarray) -> np.ndarray:
    """Return images as float32 in 0..1.

    Args:
        images: (…) uint8 in 0..255, or floating point in 0..1. A float32 array is not copied.

    Examples:
        >>> as_float(np.array([0, 51, 255], np.uint8))
        array([0. , 0.2, 1. ], dtype=float32)
    """
    if images.dtype == np.uint8:
        return images / np.float32(WHITE)
    return images.astype(np.float32, copy=False)


def as_uint8(images: np.ndarray) -> np.ndarray:
    """Return images as uint8 in 0..255, rounded to the nearest value.

    Args:
        images: (…) uint8 in 0..255, not copied, or floating point, clipped to 0..1.

    Examples:
        >>> as_uint8(np.array([0, 0.2, 1], np.float32))
        array([  0,  51, 255], dtype=uint8)
    """
    if images.dtype == np.uint8:
        return images
    return np.rint(np.clip(images, 0, 1) * np.float32(WHITE)).astype(np.uint8)


def resize_area(pixels: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """Reduce pixels to a longer side by averaging; smaller ones stay as they are.

    Args:
        pixels: (h, w) or (h, w, channels), uint8 or float32.
        side: The longer side at most.

    Returns:
        The pixels and by what both sides were multiplied.
    """
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels, 1.0
    size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), scale
