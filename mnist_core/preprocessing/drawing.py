"""From pixels that a person made to the image that a network receives.

MNIST's authors cropped each digit to its ink, fitted it into 20×20 pixels with its aspect ratio
kept and antialiased, and placed it in 28×28 with its center of mass in the middle (LeCun et al.,
"Gradient-based learning applied to document recognition", 1998). A network sees a drawing as it
saw its training data only if the drawing is prepared the same way:

    pixels --extract_ink--> ink map --normalize_ink--> (28, 28)

A pen thicker or thinner, for the digit's size, than was usual among MNIST's writers is brought to
the nearest usual width. Photographs reach `normalize_ink` by another reader of ink,
`mnist_core.preprocessing.photo`.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError
from mnist_core.preprocessing.scaling import as_uint8

DIGIT_SIDE = 20
# MNIST's centers of mass lie within half a pixel of the middle of pixel 14 (measured: 14.00).
CENTRE = 14.5
EPSILON = 1e-3
# Weaker than this share of the strongest ink is background, also where JPEG blurs a sharp edge.
FAINT = 0.1
# A piece smaller than this share of the largest one is a speck; a 5's detached bar is at least
# twice as large.
SPECK = 0.05
# The middle 60 % of MNIST's training digits have strokes between these shares of their longer side
# (measured: 2.0 and 3.1 pixels of 20; the middle 90 %: 1.6 and 3.9). Within wider bounds another
# pen changes the answer more often: 0.55 rather than 0.33 % of 4,000 simulated pairs.
THINNEST = 2.0 / DIGIT_SIDE
THICKEST = 3.0 / DIGIT_SIDE
# Canvases whose pixels, in 0..255, all lie closer than this to the background are blank.
BLANK_CONTRAST = 25


class DrawingError(MnistError):
    """The pixels given are no picture that can be read."""


def prepare_drawing(pixels: np.ndarray | None) -> np.ndarray | None:
    """Prepare a drawing as MNIST's authors prepared their scans.

    The answer depends neither on where and how large the digit was drawn nor on the colors of
    pen and background, and hardly on how thick the pen was.

    Args:
        pixels: (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA; uint8 in 0..255 or floating
            point in 0..1; any size. None, a canvas that was never touched, is blank.

    Returns:
        (28, 28) float32 in 0..1, ink bright on 0; None for a blank drawing.

    Raises:
        DrawingError: The array is of another shape, type or range.
    """
    return None if pixels is None else normalize_ink(extract_ink(pixels))


def scale_drawing(pixels: np.ndarray | None) -> np.ndarray | None:
    """Shrink the whole canvas to 28×28 by area averaging, neither cropped nor centerd.

    Many demos feed this to a network trained on MNIST, and it reads them wrongly; it is here to
    be shown beside what `prepare_drawing` makes. Arguments, result and errors are the same.
    """
    if pixels is None:
        return None
    ink = extract_ink(pixels)
    if not ink.any():
        return None
    height, width = ink.shape
    return _average(ink, (height / SIDE, width / SIDE), (0, 0))


def extract_ink(pixels: np.ndarray) -> np.ndarray:
    """Tell ink from background on a canvas with an even background.

    Ink is what differs from the background, which is the median color of the canvas's edge.
    The difference is taken in the channel in which it is largest, with colors multiplied by
    their opacity and the opacity as a channel of its own, so that ink and background may have
    any colors, and the background none.

    Args:
        pixels: As for `prepare_drawing`.

    Returns:
        (h, w) float32 in 0..1, 1 at the strongest ink; all 0 for a blank canvas.

    Raises:
        DrawingError: The array is of another shape, type or range.
    """
    ink = np.zeros(pixels.shape[:2], np.uint8)
    for plane in _split_planes(pixels):
        edge = np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])
        background = np.full_like(plane, np.median(edge))
        ink = np.maximum(ink, cv2.absdiff(plane, background))
    contrast = ink.max()
    if contrast < BLANK_CONTRAST:
        return np.zeros(ink.shape, np.float32)
    return ink / np.float32(contrast)


def normalize_ink(ink: np.ndarray) -> np.ndarray | None:
    """Crop to the ink, fit its longer side to 20 pixels and center its mass in 28×28.

    Specks, pieces far smaller than the largest one, are left out.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0.

    Returns:
        (28, 28) float32 in 0..1; None where there is no ink.
    """
    ink = _crop(_remove_specks(ink))
    if ink.size == 0:
        return None
    ink = _crop(_normalize_stroke_width(ink / ink.max()))
    scale = max(ink.shape) / DIGIT_SIDE
    mass = ink.sum()
    origin = [
        _crop_offset(
            float(ink.sum(axis=1 - axis) @ (np.arange(length) + 0.5) / mass), length, scale
        )
        for axis, length in enumerate(ink.shape)
    ]
    return _average(ink, (scale, scale), (origin[0], origin[1]))


def measure_strokes(ink: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure the width of strokes: across one of width w the distance to its edge averages w / 4.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0.

    Returns:
        The mean width in pixels, negative where there is no ink, and each pixel's distance to the
        edge of the ink, (h + 2, w + 2) float32, 0 beyond it and on a margin of a pixel.
    """
    strokes = np.pad((ink > 0.5).astype(np.uint8), 1)
    depth = cv2.distanceTransform(strokes, cv2.DIST_L2, cv2.DIST_MASK_5)
    return 4 * (float(depth.sum() / max(np.count_nonzero(strokes), 1)) - 0.5), depth


def _split_planes(pixels: np.ndarray) -> list[np.ndarray]:
    """Return each channel as (h, w) uint8 in 0..255, colors multiplied by their opacity."""
    if (
        pixels.ndim not in (2, 3)
        or pixels.size == 0
        or pixels.shape[2:] not in ((), (1,), (3,), (4,))
    ):
        raise DrawingError(
            f"A drawing of shape {pixels.shape} cannot be read; expected (height, width), or "
            "(height, width, channels) with 1, 3 or 4 channels. Give a gray, RGB or RGBA picture."
        )
    if np.issubdtype(pixels.dtype, np.floating):
        if not (pixels.min() >= 0 and pixels.max() <= 1):
            raise DrawingError(
                f"A drawing with values from {pixels.min():g} to {pixels.max():g} cannot be "
                "read; expected floating point numbers from 0 to 1. Divide them by their maximum."
            )
        pixels = as_uint8(pixels)
    if pixels.dtype != np.uint8:
        raise DrawingError(
            f"A drawing of type {pixels.dtype} cannot be read; expected uint8 from 0 to 255 or "
            "floating point from 0 to 1. Convert it first."
        )
    planes = list(cv2.split(pixels))
    if len(planes) == 4:
        opacity = planes[3]
        planes[:3] = [cv2.multiply(plane, opacity, scale=1 / 255) for plane in planes[:3]]
    return planes


def _remove_specks(ink: np.ndarray) -> np.ndarray:
    """Return the ink without the connected pieces that are far smaller than the largest."""
    strokes = (ink > FAINT).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    if count <= 2:
        return ink
    areas = statistics[:, cv2.CC_STAT_AREA]
    specks = areas < SPECK * areas[1:].max()
    specks[0] = False
    return np.where(specks[labels], 0, ink) if specks.any() else ink


def _crop(ink: np.ndarray) -> np.ndarray:
    """Return the smallest rectangle with all the ink; an empty one where there is none."""
    rows = np.flatnonzero(ink.max(axis=1) > FAINT)
    columns = np.flatnonzero(ink.max(axis=0) > FAINT)
    if rows.size == 0:
        return ink[:0, :0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _normalize_stroke_width(ink: np.ndarray) -> np.ndarray:
    """Thin or thicken the strokes of cropped ink to a width that MNIST's digits have.

    A margin of `change` on every side takes twice that from the width and from the digit's longer
    side alike.
    """
    side = max(ink.shape)
    width, depth = measure_strokes(ink)
    share = min(max(width / side, THINNEST), THICKEST)
    change = (width - share * side) / (2 * (1 - share))
    change = min(change, float(depth.max()) - 1)
    if abs(change) < 0.5:
        return ink
    if change > 0:
        return np.clip(depth - change, 0, 1)
    around = np.pad((depth == 0).astype(np.uint8), int(np.ceil(-change)), constant_values=1)
    distance = cv2.distanceTransform(around, cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.clip(1 - change - distance, 0, 1)


def _crop_offset(center_of_mass: float, length: int, scale: float) -> float:
    """Return where among the output's pixels a crop starts so that its mass lies in the middle.

    By whole pixels of the crop: so MNIST's images, which are placed by whole pixels of the output,
    stay what they are, and the image of a larger drawing does not jump by one as its mass shifts a
    little. The middle of a symmetric digit lies exactly between two pixels; the hair keeps noise
    from choosing.
    """
    start = np.floor(CENTRE * scale - center_of_mass + 0.5 + EPSILON) / scale
    return float(min(max(start, 0), SIDE - length / scale))


def _average(
    ink: np.ndarray, scale: tuple[float, float], origin: tuple[float, float]
) -> np.ndarray:
    """Average the ink over each of 28×28 pixels, every one `scale` of its pixels high and wide."""
    rows = _average_rows(ink, scale[0], origin[0])
    return np.clip(_average_rows(rows.T, scale[1], origin[1]).T, 0, 1)


def _average_rows(ink: np.ndarray, scale: float, start: float) -> np.ndarray:
    """Return (28, w) float32, each row the average of `scale` rows of (h, w), 0 beyond them.

    Row 0 of the ink begins where row `start` of the result would. An edge within a row of the ink
    takes its share of that row.
    """
    height = len(ink)
    edges = np.clip((np.arange(SIDE + 1) - start) * scale, 0, height)
    whole = np.minimum(edges.astype(int), height - 1)
    share = (edges - whole).astype(np.float32)
    above = np.cumsum(ink, axis=0) - ink
    return np.diff(above[whole] + share[:, np.newaxis] * ink[whole], axis=0) / np.float32(scale)
