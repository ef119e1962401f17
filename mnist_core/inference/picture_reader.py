"""Reading of all digits in a picture: one digit, a number, or several lines of numbers.

The ink is found and grouped to lines (`mnist_core.preprocessing`); each line is straightened and
read like a canvas (`number_reader`). A picture that shows a single digit is classified as
`prepare_image` prepares it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.inference.number_reading import Box, NumberReading, ReadDigit
from mnist_core.inference.ood import load_detector
from mnist_core.inference.picture_rows import arrange_rows
from mnist_core.preprocessing.digit_selection import find_components
from mnist_core.preprocessing.panels import crop_to_panel
from mnist_core.preprocessing.photo import as_picture, prepare_image
from mnist_core.preprocessing.text_lines import SMALLEST, find_lines, is_small, straighten
from mnist_core.preprocessing.writing import find_writing

# The longer side of the picture when lines are searched; the second if most digits are small.
READING_SIDE, SMALL_READING_SIDE = 1280, 2560
# A line with a larger fraction of doubtful digits is not a line of digits if there are others.
MAX_DOUBTFUL = 0.5
# If at least this fraction of the lines are of digits, the others are too, as in a list of numbers.
MIN_OF_DIGITS = 0.8
# If fewer than half of the lines with the most ink are of digits, the others are not read: the
# picture shows a texture, or writing.
FIRST_LINES = 40
# Digits that are too small to be found singly are read if at least this fraction of what may be
# digits is certain.
MIN_CERTAIN = 0.8
# A line that is wider than this, as a fraction of its height, is more than a single digit.
MAX_ASPECT = 1.6
# A single digit of less confidence is doubtful.
MIN_CONFIDENCE = 0.7


@dataclass(frozen=True)
class PictureReading:
    """The result of reading a picture.

    Attributes:
        rows: The lines that lie beside each other, from left to right, in rows from top to bottom,
            with boxes in the picture's pixels; none if no digit was found.
    """

    rows: tuple[tuple[NumberReading, ...], ...]

    @property
    def lines(self) -> tuple[NumberReading, ...]:
        """The lines in the order in which they are read, row by row."""
        return tuple(line for row in self.rows for line in row)

    @property
    def text(self) -> str:
        """The lines' numbers, separated by tabs within a row; the rows by line breaks."""
        return "\n".join("\t".join(line.text for line in row) for row in self.rows)

    @property
    def single_digit(self) -> ReadDigit | None:
        """The digit if the picture shows just one."""
        digits = [digit for line in self.lines for digit in line.digits]
        return digits[0] if len(digits) == 1 else None


def read_picture(pixels: np.ndarray, classifier: Classifier | None = None) -> PictureReading:
    """Read the digits in a picture, such as a photograph of numbers on paper.

    Args:
        pixels: (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA; uint8 in 0..255, as
            `read_image` gives it, or floating point in 0..1.
        classifier: The classifier; by default the one that comes with the app.

    Raises:
        DrawingError: The array has another shape, type or range.
        ModelError: A network that comes with the app is missing or damaged.

    Examples:
        >>> from mnist_core import load_mnist
        >>> seven, two, one = load_mnist().test.images[:3]
        >>> page = 255 - np.hstack([seven, two, one]).repeat(4, axis=0).repeat(4, axis=1)
        >>> read_picture(np.stack([page] * 3, axis=2)).text
        '721'
        >>> read_picture(np.full((300, 400, 3), 240, np.uint8)).lines
        ()
    """
    classifier = classifier or Classifier.load()
    pixels = as_picture(pixels)
    image = prepare_image(pixels)
    read = _read_lines(pixels, classifier)
    sure = [line for line in read if _is_of_digits(line)]
    if len(sure) >= MIN_OF_DIGITS * len(read):
        sure = read
    if image is None:
        return PictureReading(arrange_rows(sure) if _are_numbers(read) else ())
    lines = sure or read[:1]
    found = _find_bounds(lines, pixels.shape)
    digit = _read_digit(image, classifier, found)
    is_wide = found.right - found.left > MAX_ASPECT * (found.bottom - found.top)
    is_one = len(lines) < 2 and not digit.is_doubtful and not is_wide
    if is_one or sum(len(line.digits) for line in lines) < 2:
        return PictureReading(((NumberReading((digit,)),),))
    return PictureReading(arrange_rows(lines))


def _read_lines(pixels: np.ndarray, classifier: Classifier) -> list[NumberReading]:
    """Return all lines that may be of digits, lines with the most ink first."""
    panel = crop_to_panel(pixels) if pixels.shape[2] == 3 else None
    part = pixels if panel is None else panel.pixels
    to_picture = np.eye(3) if panel is None else panel.to_picture
    writing = find_writing(part, READING_SIDE)
    components = find_components(writing.ink, writing.level, writing.background)
    smallest = SMALLEST
    if writing.scale < 1 and is_small(components):
        writing = find_writing(part, SMALL_READING_SIDE)
        components = find_components(writing.ink, writing.level, writing.background)
        smallest = SMALLEST * READING_SIDE / SMALL_READING_SIDE
    to_panel = np.diag([1 / writing.scale, 1 / writing.scale, 1])
    lines: list[NumberReading] = []
    for position, group in enumerate(find_lines(components, smallest)):
        if position == FIRST_LINES and 2 * sum(map(_is_of_digits, lines)) < FIRST_LINES:
            break
        line = straighten(writing, components, group)
        view = to_picture @ to_panel @ np.vstack([line.to_writing, [0, 0, 1]])
        number = read_number(classifier, line.pixels)
        if number.digits:
            lines.append(_move_reading(number, view, pixels.shape))
    return lines


def _is_of_digits(line: NumberReading) -> bool:
    return line.doubtful_digits <= MAX_DOUBTFUL * len(line.digits)


def _are_numbers(lines: list[NumberReading]) -> bool:
    """Return whether nearly all of a picture's small marks are digits of numbers.

    Letters and textures contain marks like digits too, but few of them side by side, and what
    remains of ruled lines is like 1s only.
    """
    numbers = [line for line in lines if len(line.digits) > 1]
    certain = [digit.digit for line in numbers for digit in line.digits if not digit.is_doubtful]
    is_enough = len(certain) >= MIN_CERTAIN * sum(len(line.digits) for line in lines)
    return is_enough and len(set(certain)) > 1


def _find_bounds(lines: list[NumberReading], shape: tuple[int, ...]) -> Box:
    """Return the box of all digits, or of the whole picture if there are none."""
    boxes = [box for line in lines for box in line.boxes]
    if not boxes:
        return Box(0, 0, shape[1], shape[0])
    low = [min(box.left for box in boxes), min(box.top for box in boxes)]
    high = [max(box.right for box in boxes), max(box.bottom for box in boxes)]
    return Box(low[0], low[1], high[0], high[1])


def _read_digit(image: np.ndarray, classifier: Classifier, box: Box) -> ReadDigit:
    """Classify a single digit."""
    probabilities = classifier.probabilities(image[np.newaxis])[0]
    detector = load_detector()
    is_digit = detector.classify(image) == "digit"
    confidence = float(probabilities.max())
    is_doubtful = not is_digit or confidence < MIN_CONFIDENCE
    return ReadDigit(box, image, probabilities, confidence, is_doubtful)


def _move_reading(number: NumberReading, view: np.ndarray, shape: tuple[int, ...]) -> NumberReading:
    """Return a reading with its boxes after a homography, within a picture."""
    digits = [replace(digit, box=_move(digit.box, view, shape)) for digit in number.digits]
    return NumberReading(tuple(digits), tuple(_move(mark, view, shape) for mark in number.marks))


def _move(box: Box, view: np.ndarray, shape: tuple[int, ...]) -> Box:
    """Return the bounding box of a box after a homography, within a picture."""
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    moved = cv2.perspectiveTransform(np.array([corners], np.float64), view)[0]
    low = np.clip(np.floor(moved.min(axis=0)), 0, shape[1::-1]).astype(int)
    high = np.clip(np.ceil(moved.max(axis=0)), 0, shape[1::-1]).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))
