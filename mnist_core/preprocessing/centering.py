"""From an ink map of any size to the centered 28×28 image that a network receives.

MNIST's authors cropped each digit to its ink, fitted it into 20×20 pixels with its aspect ratio
kept and antialiased, and placed it in 28×28 with its center of mass in the middle (LeCun et al.,
"Gradient-based learning applied to document recognition", 1998). `normalize_ink` does the same, and
brings strokes that are unusually thick or thin for the digit's size to the nearest usual width.
`static/live/prepare.js` does the same in the browser.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE

DIGIT_SIDE = 20
# MNIST's centers of mass lie within half a pixel of the middle of pixel 14 (measured: 14.00).
CENTER = 14.5
EPSILON = 1e-3
# Ink below this fraction of the strongest ink is background, also where JPEG blurs a sharp edge.
FAINT = 0.1
# A component smaller than this fraction of the largest one is a speck; a 5's detached bar is at
# least twice as large.
SPECK = 0.05
# The middle 60 % of MNIST's training digits have strokes between these fractions of their longer
# side (measured: 2.0 and 3.1 pixels of 20; the middle 90 %: 1.6 and 3.9). With wider bounds the
# pen's width changes the prediction more often: for 0.55 instead of 0.33 % of 4,000 simulated
# pairs.
THINNEST = 2.0 / DIGIT_SIDE
THICKEST = 3.0 / DIGIT_SIDE


def normalize_ink(ink: np.ndarray) -> np.ndarray | None:
    """Crop to the ink, fit its longer side to 20 pixels and center its mass in 28×28.

    Specks, components far smaller than the largest one, are removed first.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0.

    Returns:
        (28, 28) float32 in 0..1; None if there is no ink.

    Examples:
        >>> ink = np.zeros((100, 60), np.float32)
        >>> ink[30:70, 20:25] = 1
        >>> image = normalize_ink(ink)
        >>> image.shape, image.dtype
        ((28, 28), dtype('float32'))
        >>> round(float(image.sum(axis=1) @ (np.arange(28) + 0.5) / image.sum()), 1)
        14.5
    """
    ink = crop_to_ink(_remove_specks(ink))
    if ink.size == 0:
        return None
    ink = crop_to_ink(_normalize_stroke_width(ink / ink.max()))
    scale = max(ink.shape) / DIGIT_SIDE
    mass = ink.sum()
    origin = [
        _crop_offset(
            float(ink.sum(axis=1 - axis) @ (np.arange(length) + 0.5) / mass), length, scale
        )
        for axis, length in enumerate(ink.shape)
    ]
    return average_pixels(ink, (scale, scale), (origin[0], origin[1]))


def crop_to_ink(ink: np.ndarray) -> np.ndarray:
    """Return the smallest rectangle with all the ink, a view; an empty one if there is no ink.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0.
    """
    return ink[ink_bounds(ink)]


def ink_bounds(ink: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and the columns of the smallest rectangle with all the ink.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0. Values up to `FAINT` are background.

    Returns:
        Two slices, empty if there is no ink.

    Examples:
        >>> ink = np.zeros((5, 6), np.float32)
        >>> ink[1:3, 4] = 1
        >>> ink_bounds(ink)
        (slice(1, 3, None), slice(4, 5, None))
    """
    rows = np.flatnonzero(ink.max(axis=1) > FAINT)
    columns = np.flatnonzero(ink.max(axis=0) > FAINT)
    if rows.size == 0:
        return slice(0, 0), slice(0, 0)
    return (
        slice(int(rows[0]), int(rows[-1]) + 1),
        slice(int(columns[0]), int(columns[-1]) + 1),
    )


def measure_strokes(ink: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure the width of strokes by the distance transform.

    Across a stroke of width w, the distance to its edge averages w / 4.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0.

    Returns:
        The mean width in pixels, negative if there is no ink, and each pixel's distance to the
        edge of the ink, (h + 2, w + 2) float32: 0 outside the ink and on a margin of one pixel.
    """
    strokes = np.pad((ink > 0.5).astype(np.uint8), 1)
    depth = cv2.distanceTransform(strokes, cv2.DIST_L2, cv2.DIST_MASK_5)
    return 4 * (float(depth.sum() / max(np.count_nonzero(strokes), 1)) - 0.5), depth


def average_pixels(
    ink: np.ndarray, scale: tuple[float, float], origin: tuple[float, float]
) -> np.ndarray:
    """Resample ink to 28×28 by area averaging.

    Args:
        ink: (h, w) float32 in 0..1.
        scale: The height and the width of an output pixel, in pixels of `ink`.
        origin: The row and the column of the output at which `ink` begins.

    Returns:
        (28, 28) float32 in 0..1.
    """
    rows = _average_rows(ink, scale[0], origin[0])
    return np.clip(_average_rows(rows.T, scale[1], origin[1]).T, 0, 1)


def _remove_specks(ink: np.ndarray) -> np.ndarray:
    """Return the ink without the components that are far smaller than the largest one."""
    strokes = (ink > FAINT).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    if count <= 2:
        return ink
    areas = statistics[:, cv2.CC_STAT_AREA]
    specks = areas < SPECK * areas[1:].max()
    specks[0] = False
    return np.where(specks[labels], 0, ink) if specks.any() else ink


def _normalize_stroke_width(ink: np.ndarray) -> np.ndarray:
    """Thin or thicken the strokes of cropped ink to a width that is usual in MNIST.

    Removing `change` pixels on every side reduces both the stroke width and the longer side by
    2 · `change`.
    """
    side = max(ink.shape)
    width, depth = measure_strokes(ink)
    fraction = min(max(width / side, THINNEST), THICKEST)
    change = (width - fraction * side) / (2 * (1 - fraction))
    change = min(change, float(depth.max()) - 1)
    if abs(change) < 0.5:
        return ink
    if change > 0:
        return np.clip(depth - change, 0, 1)
    around = np.pad((depth == 0).astype(np.uint8), int(np.ceil(-change)), constant_values=1)
    distance = cv2.distanceTransform(around, cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.clip(1 - change - distance, 0, 1)


def _crop_offset(center_of_mass: float, length: int, scale: float) -> float:
    """Return the output pixel at which a crop begins so that its mass is centered.

    The crop is moved by whole pixels of its own. MNIST's images, which are placed by whole pixels
    of the output, therefore stay unchanged, and the image of a larger drawing does not jump by one
    pixel when its mass shifts a little. The middle of a symmetric digit lies exactly between two
    pixels; `EPSILON` keeps noise from deciding between them.
    """
    start = np.floor(CENTER * scale - center_of_mass + 0.5 + EPSILON) / scale
    return float(min(max(start, 0), SIDE - length / scale))


def _average_rows(ink: np.ndarray, scale: float, start: float) -> np.ndarray:
    """Return (28, w) float32, each row the average of `scale` rows of (h, w), 0 beyond them.

    Row 0 of the ink begins at row `start` of the result. A row of the ink that an output row's edge
    divides contributes in proportion to both.
    """
    height = len(ink)
    edges = np.clip((np.arange(SIDE + 1) - start) * scale, 0, height)
    whole = np.minimum(edges.astype(int), height - 1)
    fraction = (edges - whole).astype(np.float32)
    above = np.cumsum(ink, axis=0) - ink
    return np.diff(above[whole] + fraction[:, np.newaxis] * ink[whole], axis=0) / np.float32(scale)


def slant(ink: np.ndarray, lean: float) -> np.ndarray:
    """Shear ink and crop it to its bounding box.

    Args:
        ink: (h, w) float32 in 0..1.
        lean: Shift of the top relative to the bottom, as a fraction of the height. Positive leans
            to the right.

    Returns:
        (h', w') float32; a single pixel if there is no ink.
    """
    height, width = ink.shape
    margin = height // 2
    matrix = np.array([[1, -lean, margin + lean * height / 2], [0, 1, 0]], np.float32)
    ink = np.asarray(cv2.warpAffine(ink, matrix, (width + 2 * margin, height)))
    cropped = crop_to_ink(ink)
    return cropped if cropped.size else ink[:1, :1]
