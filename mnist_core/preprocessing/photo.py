"""Images of a digit: screenshots, scans, and photographs of paper or a board.

An image with a background as even as a canvas's is prepared as a drawing, once ruled lines and the
boxes of forms are removed. In all others the light is uneven, and ink is what is darker than its
surroundings, or lighter (chalk on a board). The steps, each in a module of its own:

1. `photo_contrast`: contrast against the surroundings
2. `ruled_lines`: removal of ruled lines and boxes
3. `digit_selection`: the connected components that form the digit
4. `normalization`: the centered 28×28 image, as for every drawing
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.preprocessing.digit_selection import select_digit
from mnist_core.preprocessing.drawing import extract_ink, prepare_drawing
from mnist_core.preprocessing.photo_contrast import find_contrast
from mnist_core.preprocessing.ruled_lines import remove_frames, remove_rules

NO_DIGIT = (
    "No digit was found; expected one on paper or a board, dark on light or light on dark. Choose "
    "an image in which it is larger, or in better light."
)
# Images are reduced to this longer side first.
WORKING_SIDE = 640
# A background is even where pixels differ from its median by at most the first number, in 0..255,
# on the second fraction of the edge and on the third fraction of the image.
EVEN, EVEN_EDGE, EVEN_FRACTION = 8, 0.995, 0.5
# On an even background, fewer parallel lines than this may be strokes.
MIN_RULES = 3


def prepare_image(pixels: np.ndarray) -> np.ndarray | None:
    """Find the digit in an image and prepare it as MNIST's authors prepared their scans.

    Args:
        pixels: (h, w), (h, w, 3) RGB or (h, w, 4) RGBA uint8, as
            `mnist_core.preprocessing.image_file.read_image` gives it.

    Returns:
        (28, 28) float32 in 0..1, ink bright on 0; None if no digit is found.

    Raises:
        DrawingError: The array has another shape or type.

    Examples:
        >>> paper = np.full((400, 300, 3), 240, np.uint8)
        >>> paper[100:300, 140:160] = (30, 30, 90)
        >>> image = prepare_image(paper)
        >>> image.shape, image.dtype
        ((28, 28), dtype('float32'))
        >>> prepare_image(np.full((400, 300, 3), 240, np.uint8)) is None
        True
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        return prepare_drawing(pixels)
    scale = WORKING_SIDE / max(pixels.shape)
    small = pixels
    if scale < 1:
        size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    is_even = _has_even_background(pixels)
    ink = extract_ink(small) if is_even else find_contrast(small)
    bare = remove_frames(remove_rules(ink, MIN_RULES if is_even else 1))
    if is_even and np.array_equal(bare, ink):
        return prepare_drawing(pixels)
    return normalize_ink(select_digit(bare))


def _has_even_background(pixels: np.ndarray) -> bool:
    """Return whether nearly all of the edge and most of the image have one color."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])[np.newaxis]
    background = np.median(edge[0], axis=0)

    def even_fraction(part: np.ndarray) -> float:
        return float(cv2.inRange(part, background - EVEN, background + EVEN).mean()) / 255

    return even_fraction(edge) >= EVEN_EDGE and even_fraction(pixels) >= EVEN_FRACTION
