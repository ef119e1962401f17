"""The ink of pictures of plain paper in smooth light, such as photographs cropped to a digit.

The background's logarithm is a quadratic polynomial of the position, fitted to the border of the
picture and then to everything that it explains. Unlike the surroundings of each pixel, which
`photo_contrast` takes, it is known as well where strokes are wide or reach the border.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.ink_measures import edge_distance
from mnist_core.preprocessing.photo_contrast import DARKNESS

# The fit is made at this longer side.
FIT_SIDE = 64
# The background differs from the fit by at most this much, as the logarithm of a ratio, on these
# fractions of the border and of the picture.
TOLERANCE = 0.1
BORDER_FRACTION, FRACTION = 0.6, 0.4
ROUNDS = 8
# A component that covers more than this fraction of the picture, and in which a circle fits whose
# diameter is more than this fraction of the component's longer side, is a sheet or a shadow.
SHEET_AREA, SHEET_WIDTH = 0.08, 0.28
# The fraction of the picture that is neither background nor ink nor next to ink, and the fraction
# of what differs that is lighter where the ink is darker; more of either is a shadow.
MAX_UNEXPLAINED, MAX_OPPOSITE = 0.04, 0.05


def find_ink_in_smooth_light(pixels: np.ndarray) -> np.ndarray | None:
    """Return the contrast to a smooth background; None if the background is not smooth.

    Args:
        pixels: (h, w, 3) uint8.

    Returns:
        (h, w) float32, the logarithm of a ratio, at least 0, as of `photo_contrast.find_contrast`.
    """
    gray = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1)
    logarithm = np.log(gray.astype(np.float32) + DARKNESS)
    scale = FIT_SIDE / max(gray.shape)
    size = [max(3, round(length * scale)) for length in gray.shape[::-1]]
    small = cv2.resize(logarithm, size, interpolation=cv2.INTER_AREA)
    terms = _terms(small.shape)
    border = np.zeros(small.shape, bool)
    width = max(1, min(small.shape) // 16)
    border[:width] = border[-width:] = border[:, :width] = border[:, -width:] = True
    # The background is the lighter or the darker part, so the fit starts from the border's median.
    level = float(np.median(small[border]))
    weights = (border & (np.abs(small - level) < 0.5)).astype(np.float32)
    values = small.ravel()
    residual = small - level
    for number in range(ROUNDS):
        chosen = weights.ravel() > 0
        if chosen.sum() < 20:
            return None
        fit, *_ = np.linalg.lstsq(terms[chosen], values[chosen], rcond=None)
        residual = (values - terms @ fit).reshape(small.shape)
        tolerance = TOLERANCE * max(1.0, 3.0 - number)
        weights = ((np.abs(residual) < tolerance) & (border | (number >= 2))).astype(np.float32)
    is_background = np.abs(residual) < TOLERANCE
    if is_background[border].mean() < BORDER_FRACTION or is_background.mean() < FRACTION:
        return None
    background = (terms @ fit).reshape(small.shape).astype(np.float32)
    full = cv2.resize(background, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    difference = full - logarithm
    strong = np.abs(residual) > 2 * TOLERANCE
    near = cv2.dilate(strong.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if (~near & ~is_background).mean() > MAX_UNEXPLAINED or _has_sheet(strong.astype(np.uint8)):
        return None
    darker = float((residual[strong] < 0).mean()) if strong.any() else 1.0
    if min(darker, 1 - darker) > MAX_OPPOSITE:
        return None
    is_dark = darker > 0.5
    return np.maximum(difference if is_dark else -difference, 0)


def _has_sheet(strong: np.ndarray) -> bool:
    """Return whether what differs from the background includes a large area without strokes."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strong, connectivity=8)
    depth = edge_distance(strong)
    deepest = np.zeros(count, depth.dtype)
    np.maximum.at(deepest, labels.ravel().astype(np.intp), depth.ravel())
    sizes = statistics[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_large = statistics[:, cv2.CC_STAT_AREA] > SHEET_AREA * strong.size
    return bool((is_large & (2 * deepest > SHEET_WIDTH * sizes))[1:].any())


def _terms(shape: tuple[int, ...]) -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1).reshape(-1, 6)
