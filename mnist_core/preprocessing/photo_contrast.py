"""The contrast of ink against an uneven background, as in photographs.

The surroundings of each pixel are estimated by morphological closing, which fills strokes and
follows shadows. The contrast is the logarithm of the ratio to them, so that a stroke in the shade
counts as much as one in the light.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.ink_measures import border_contacts

# Strokes are narrower than this fraction of the longer side.
WIDEST_STROKE = 0.2
# Whether ink is dark or light is decided by what is narrower than this fraction of the longer side:
# wide enough for a thick pen in a close-up, narrower than a sheet of paper on a desk.
WIDEST_DETAIL = 0.25
# Added before the logarithm, so that noise in dark areas does not count.
DARKNESS = 24
# A lower contrast than this, as the logarithm of a ratio, is not ink.
FAINTEST = 0.12
# What is connected by ink above this contrast to more than this fraction of a side of the picture
# lies outside the paper.
OUTSIDE, OUTSIDE_CONTACT = 0.3, 0.3


def find_contrast(pixels: np.ndarray) -> np.ndarray:
    """Return the contrast of each pixel against its surroundings in the direction of the ink.

    Args:
        pixels: (h, w, 3) uint8.

    Returns:
        (h, w) float32, the logarithm of a ratio, at least 0; 0 for background.
    """
    gray = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1)
    is_dark = _has_dark_ink(gray)
    # The surroundings are smooth: half the size gives the same at an eighth of the time.
    half = _halve(gray)
    kernel = np.ones((round(WIDEST_STROKE * max(half.shape)) | 1,) * 2, np.uint8)
    fill = cv2.MORPH_CLOSE if is_dark else cv2.MORPH_OPEN
    background = cv2.morphologyEx(half, fill, kernel, borderType=cv2.BORDER_REPLICATE)
    surroundings = cv2.resize(background, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    ratio = _log(surroundings) - _log(gray)
    contrast = ratio if is_dark else -ratio
    return np.maximum(contrast - np.median(contrast), 0)


def remove_outside(ink: np.ndarray) -> np.ndarray:
    """Return the ink without what lies outside the paper along the border, such as a desk.

    Args:
        ink: (h, w) float32, from `find_contrast`.
    """
    count, labels = cv2.connectedComponents((ink > OUTSIDE).astype(np.uint8), connectivity=8)
    is_outside = border_contacts(labels, count) > OUTSIDE_CONTACT
    is_outside[0] = False
    return np.where(is_outside[labels], 0, ink)


def ink_threshold(ink: np.ndarray) -> float:
    """Return the contrast that separates ink from background, by Otsu's method (1979).

    Args:
        ink: (h, w) float32, a contrast as `find_contrast` returns it or ink in 0..1.

    Returns:
        At least `FAINTEST`.
    """
    considered = ink[ink > FAINTEST]
    if considered.size == 0:
        return FAINTEST
    top = float(considered.max())
    gray = np.round(considered * (255 / top)).astype(np.uint8)
    level, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return max(FAINTEST, 0.8 * level * top / 255)


def _has_dark_ink(gray: np.ndarray) -> bool:
    """Return whether the details are darker than a median filter, weighted towards the middle."""
    small = _halve(gray)
    width = min(round(WIDEST_DETAIL * max(small.shape)) | 1, 255)
    detail = _log(small) - _log(cv2.medianBlur(small, width))
    y, x = (np.linspace(-0.5, 0.5, length, dtype=np.float32) for length in small.shape)
    detail *= np.exp(-8 * (y[:, np.newaxis] ** 2 + x**2))
    return bool(np.square(detail[detail < 0]).sum() >= np.square(detail[detail > 0]).sum())


def _halve(gray: np.ndarray) -> np.ndarray:
    size = [max(1, length // 2) for length in gray.shape[::-1]]
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA)


def _log(gray: np.ndarray) -> np.ndarray:
    return np.log(gray + np.float32(DARKNESS))
