"""Values as colored pictures: what a network computes, and what decided.

Values are drawn as digits are, white on black: 0 is black, what is positive is white. What is
negative is blue, so that a map without negative values is plain gray.
"""

from html import escape

import numpy as np

from ui.images import data_uri, to_bytes

POSITIVE = np.array([255, 255, 255], np.float32)
NEGATIVE = np.array([64, 140, 255], np.float32)
SUPPORTS = np.array([255, 150, 40], np.float32)
OPPOSES = NEGATIVE
INK_SHARE = 0.45
MARK = (240, 120, 40)
"""RGB of what is outlined or marked."""


def color_signed(values: np.ndarray, scale: float | None = None) -> np.ndarray:
    """Color values by sign and size, 0 black.

    Args:
        values: (…) float.
        scale: The size that gets the full color; by default the largest one.

    Returns:
        (…, 3) uint8 RGB.
    """
    scale = scale or float(np.abs(values).max()) or 1.0
    share = np.clip(values / scale, -1, 1)[..., np.newaxis]
    return np.rint(np.where(share > 0, share * POSITIVE, -share * NEGATIVE)).astype(np.uint8)


def overlay_attribution(image: np.ndarray, reasons: np.ndarray, scale: float) -> np.ndarray:
    """Lay reasons over a digit: orange what speaks for it, blue what speaks against it.

    Args:
        image: (28, 28) float32 in 0..1 or uint8.
        reasons: (h, w) float, h and w at most 28; enlarged without smoothing.
        scale: The size that gets the full color.

    Returns:
        (28, 28, 3) uint8 RGB.
    """
    side = image.shape[0]
    rows = np.arange(side) * reasons.shape[0] // side
    columns = np.arange(side) * reasons.shape[1] // side
    enlarged = reasons[np.ix_(rows, columns)]
    share = np.clip(np.abs(enlarged) / scale, 0, 1)[..., np.newaxis]
    color = np.where(enlarged[..., np.newaxis] > 0, SUPPORTS, OPPOSES)
    ink = to_bytes(image)[..., np.newaxis] * INK_SHARE
    return np.rint(share * color + (1 - share) * ink).astype(np.uint8)


def picture_html(picture: np.ndarray, description: str, width: str = "100%") -> str:
    """Return an <img> of a picture, (h, w, 3) uint8 RGB, with crisp pixels."""
    height, columns = picture.shape[:2]
    return (
        f'<img class="picture" src="{data_uri(picture[..., ::-1])}" alt="{escape(description)}" '
        f'style="width:{width};aspect-ratio:{columns}/{height}">'
    )
