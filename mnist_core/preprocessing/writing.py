"""The ink of a picture at working size, by the method that suits its background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.preprocessing.centering import FAINT
from mnist_core.preprocessing.digit_selection import Background
from mnist_core.preprocessing.drawing import extract_ink
from mnist_core.preprocessing.even_background import (
    even_out,
    extract_difference,
    find_background,
)
from mnist_core.preprocessing.photo_contrast import find_contrast, ink_threshold, remove_outside
from mnist_core.preprocessing.ruled_lines import remove_frames, remove_rules
from mnist_core.preprocessing.smooth_light import find_ink_in_smooth_light

# The longer side at which ink is searched, at least and at most.
LEAST_SIDE, WORKING_SIDE = 320, 640
# On an even background, fewer parallel lines than this may be strokes.
MIN_RULES = 3


@dataclass(frozen=True, eq=False)
class Writing:
    """The ink of a picture at working size, without ruled lines and boxes.

    Attributes:
        ink: (h, w) float32, at least 0: a fraction of the strongest ink on an even background,
            else the logarithm of a ratio.
        level: Ink is above it.
        background: "even", of one color; "smooth", plain paper in smooth light; or "uneven".
        scale: Working pixels per pixel of the picture.
        drawing: The ink at the size of the picture, float32 in 0..1, if the picture is not larger
            than working size, its background is even and nothing had to be removed or evened out.
    """

    ink: np.ndarray
    level: float
    background: Background
    scale: float
    drawing: np.ndarray | None = None


def find_writing(pixels: np.ndarray, working_side: int = WORKING_SIDE) -> Writing:
    """Find the ink in a picture.

    Args:
        pixels: (h, w, 3) RGB, or (h, w, 4) RGBA with transparent parts, uint8.
        working_side: Larger pictures are reduced to this longer side first.

    Examples:
        >>> page = np.full((400, 300, 3), 240, np.uint8)
        >>> page[100:300, 140:160] = (30, 30, 90)
        >>> find_writing(page).background
        'even'
    """
    longer = max(pixels.shape[:2])
    scale = min(max(1.0, LEAST_SIDE / longer), working_side / longer)
    ink = _extract_even(pixels)
    if ink is not None:
        working = _resize(ink, scale)
        bare = _remove_lines(even_out(working), MIN_RULES)
        is_drawing = scale >= 1 and np.array_equal(bare, working)
        return Writing(bare, FAINT, "even", scale, ink if is_drawing else None)
    reduced = _resize(pixels, scale)
    smooth = find_ink_in_smooth_light(reduced)
    if smooth is None:
        bare = remove_outside(_remove_lines(find_contrast(reduced), 1))
        return Writing(bare, ink_threshold(bare), "uneven", scale)
    bare = _remove_lines(smooth, 1)
    return Writing(bare, ink_threshold(bare), "smooth", scale)


def _remove_lines(ink: np.ndarray, least_rules: int) -> np.ndarray:
    """Remove boxes, whose sides would else be taken for ruled lines, and then these.

    Boxes that ruled lines crossed are found without them.
    """
    return remove_frames(remove_rules(remove_frames(ink), least_rules))


def _extract_even(pixels: np.ndarray) -> np.ndarray | None:
    """Return the ink if the background is even; of transparent pictures it always is."""
    if pixels.shape[2] == 4:
        return extract_ink(pixels)
    background = find_background(pixels)
    return None if background is None else extract_difference(pixels, background)


def _resize(pixels: np.ndarray, scale: float) -> np.ndarray:
    if scale == 1:
        return pixels
    size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=method))
