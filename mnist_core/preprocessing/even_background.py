"""The ink of pictures whose background has one color: exports, drawing programs, screenshots.

Ink is what differs from the background, however little; parts of it that are weaker than others
are brought to the same strength.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.centering import FAINT, measure_strokes
from mnist_core.preprocessing.ink_measures import border_pixels

# A picture of less contrast, in 0..255, is blank.
MIN_CONTRAST = 6
# The background differs from its color by at most this fraction of the picture's contrast, and not
# by more than this, in 0..255.
EVEN, EVEN_MOST = 0.09, 12.0
# Ink is at least this fraction of the contrast; what lies near it may be its blurred edge.
CLEAR, EDGE_WIDTH = 0.4, 0.02
# A background is even if at least these fractions of the border, apart from ink, and of the picture
# have its color.
EVEN_BORDER, EVEN_FRACTION = 0.99, 0.3
# Strokes are brought to the same strength in pictures with at least this longer side, and if ink of
# at least this fraction is weaker than half of the strongest.
MIN_SIDE, WEAK_FRACTION = 64, 0.1


def find_background(pixels: np.ndarray) -> np.ndarray | None:
    """Return the color of an even background, (channels,) float32; None if it is uneven.

    Args:
        pixels: (h, w, channels) uint8.
    """
    background = np.median(border_pixels(pixels), axis=0).astype(np.float32)
    difference = _difference(pixels, background)
    contrast = int(difference.max())
    if contrast < MIN_CONTRAST:
        return background
    is_even = difference <= min(max(2.0, EVEN * contrast), EVEN_MOST)
    if is_even.mean() < EVEN_FRACTION:
        return None
    reach = 2 * max(1, round(EDGE_WIDTH * max(difference.shape))) + 1
    clear = (difference >= CLEAR * contrast).astype(np.uint8)
    is_explained = is_even | (cv2.dilate(clear, np.ones((reach, reach), np.uint8)) > 0)
    edge = np.concatenate(
        [is_explained[0], is_explained[-1], is_explained[:, 0], is_explained[:, -1]]
    )
    return background if edge.mean() >= EVEN_BORDER else None


def extract_difference(pixels: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return how much each pixel differs from the background, relative to the largest difference.

    Args:
        pixels: (h, w, channels) uint8.
        background: (channels,) float32, from `find_background`.

    Returns:
        (h, w) float32 in 0..1; all 0 for a picture without contrast.
    """
    difference = _difference(pixels, background)
    contrast = difference.max()
    if contrast < MIN_CONTRAST:
        return np.zeros(difference.shape, np.float32)
    return difference / np.float32(contrast)


def even_out(ink: np.ndarray) -> np.ndarray:
    """Bring weak strokes to the strength of the others.

    Each pixel is divided by the strongest ink within a stroke's width.

    Args:
        ink: (h, w) float32 in 0..1.

    Returns:
        (h, w) float32 in 0..1; `ink` itself if it is even, or too small to tell.
    """
    if max(ink.shape) < MIN_SIDE:
        return ink
    visible = np.where(ink > FAINT, ink, 0)
    width, _ = measure_strokes((visible > 0).astype(np.float32))
    reach = 2 * max(1, round(width / 2)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    strongest = cv2.dilate(visible, kernel)
    has_ink = visible > 0
    if not has_ink.any() or (strongest[has_ink] < 0.5).mean() < WEAK_FRACTION:
        return ink
    return np.where(has_ink, visible / np.maximum(strongest, FAINT), 0)


def _difference(pixels: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return the largest difference over the channels, (h, w) uint8."""
    planes = cv2.split(pixels)
    difference = np.zeros(pixels.shape[:2], np.uint8)
    for plane, level in zip(planes, background, strict=True):
        difference = np.maximum(difference, cv2.absdiff(plane, np.full_like(plane, level)))
    return difference
