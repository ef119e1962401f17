"""Pictures of a digit: screenshots, scans, and photographs of paper or a board.

A background of one color is taken as a canvas's. In all other pictures the light is uneven, and ink
is what is darker than its surroundings, or lighter (chalk on a board). The steps, each in a module
of its own:

1. `panels`: the square, plot or canvas that shows the digit, if there is one
2. `writing`: the ink, by `even_background`, `smooth_light` or `photo_contrast`, without ruled lines
   and boxes (`ruled_lines`)
3. `digit_selection`: the connected components that form the digit
4. `centering`: the centered 28×28 image, as for every drawing

All lengths are fractions of the picture's sides or of the strokes' width.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.messages import message
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.digit_selection import Components, find_components, select_digit
from mnist_core.preprocessing.drawing import validate_pixels
from mnist_core.preprocessing.panels import crop_to_panel
from mnist_core.preprocessing.writing import Writing, find_writing

NO_DIGIT = message(
    "No digit was found; expected one on paper or a board, dark on light or light on dark. Choose "
    "an image in which it is larger, or in better light."
)
# A digit smaller than this fraction of the picture is looked at again, with these margins as a
# fraction of its longer side.
SMALL_DIGIT, CLOSE_UP_MARGIN = 0.12, 0.4


# Components that are left out are specks if they have less than this fraction of the digit's ink.
SPECKS = 0.05
# The contrast between half the threshold, where ink begins, and this percentile, where it is full.
FULL = 75


def prepare_image(pixels: np.ndarray) -> np.ndarray | None:
    """Find the digit in an image and prepare it as MNIST's authors prepared their scans.

    Args:
        pixels: (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA; uint8 in 0..255, as
            `mnist_core.preprocessing.image_file.read_image` gives it, or floating point in 0..1.

    Returns:
        (28, 28) float32 in 0..1, ink bright on 0; None if no digit is found.

    Raises:
        DrawingError: The array has another shape, type or range.

    Examples:
        >>> paper = np.full((400, 300, 3), 240, np.uint8)
        >>> paper[100:300, 140:160] = (30, 30, 90)
        >>> image = prepare_image(paper)
        >>> image.shape, image.dtype
        ((28, 28), dtype('float32'))
        >>> prepare_image(np.full((400, 300, 3), 240, np.uint8)) is None
        True
    """
    pixels = as_picture(pixels)
    if pixels.shape[2] == 3:
        pixels = crop_to_panel(pixels).pixels
    return normalize_ink(_find_digit(pixels))


def as_picture(pixels: np.ndarray) -> np.ndarray:
    """Check that an array is an image, and return it as a picture.

    Only a picture with transparent parts is taken as a drawing whatever its colors. Gray pictures
    and opaque ones with an alpha channel may be photographs, like all others.

    Args:
        pixels: As for `prepare_image`.

    Returns:
        (h, w, 3) uint8 RGB, or (h, w, 4) uint8 RGBA if a part is transparent.

    Raises:
        DrawingError: The array has another shape, type or range.

    Examples:
        >>> as_picture(np.zeros((40, 30))).shape
        (40, 30, 3)
    """
    pixels = validate_pixels(pixels)
    if pixels.shape[2:] in ((), (1,)):
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))
    is_opaque = pixels.shape[2] == 4 and (pixels[..., 3] == 255).all()
    return pixels[..., :3].copy() if is_opaque else pixels


def _find_digit(pixels: np.ndarray, may_zoom: bool = True) -> np.ndarray:
    """Return the ink of the digit only, (h, w) float32 in 0..1; all 0 if no digit is found."""
    writing = find_writing(pixels)
    components = find_components(writing.ink, writing.level, writing.background)
    digit = select_digit(components, writing.background)
    if not digit:
        return np.zeros((1, 1), np.float32)
    low, high = components.low[digit].min(axis=0), components.high[digit].max(axis=0)
    size = (high - low).max()
    if may_zoom and writing.scale < 1 and size < SMALL_DIGIT * max(writing.ink.shape):
        margin = CLOSE_UP_MARGIN * size
        left, top = np.maximum(0, (low - margin) / writing.scale).astype(int)
        right, bottom = ((high + margin) / writing.scale).astype(int)
        return _find_digit(pixels[top:bottom, left:right], may_zoom=False)
    left_out = components.weights[1:].sum() - components.weights[digit].sum()
    if writing.drawing is not None and left_out < SPECKS * components.weights[digit].sum():
        return writing.drawing
    return isolate(writing, components, digit)


def isolate(writing: Writing, components: Components, numbers: list[int]) -> np.ndarray:
    """Return the ink of some components only, (h, w) float32 in 0..1.

    Args:
        writing: The ink of a picture.
        components: Its components.
        numbers: Which of them.
    """
    is_chosen = np.isin(components.labels, numbers)
    reach = 2 * max(2, round(0.004 * max(writing.ink.shape))) + 1
    inside = cv2.dilate(is_chosen.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    if writing.background == "even":
        return np.where(inside, writing.ink, 0)
    faint, full = writing.level / 2, float(np.percentile(writing.ink[is_chosen], FULL))
    return np.where(inside, np.clip((writing.ink - faint) / (full - faint), 0, 1), 0)
