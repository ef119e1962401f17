"""Lines of drawn digits."""

import cv2
import numpy as np

from tests.browser.person import DIGITS


def write_line(number: str, size: int = 150, pen: int = 12, step: float = 0.75) -> np.ndarray:
    """Draw a number with a person's strokes, (h, w) uint8, white on black."""
    canvas = np.zeros((2 * size, int((len(number) + 1) * step * size) + size), np.uint8)
    for position, digit in enumerate(number):
        for stroke in DIGITS[digit]:
            points = np.array(stroke) * size * 1.4
            points += (position * step * size, 0.3 * size)
            path = np.round(points * 16).astype(np.int32)
            cv2.polylines(canvas, [path], False, 255, pen, cv2.LINE_AA, 4)
    return canvas
