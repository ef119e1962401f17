"""Tests of mnist_core.inference.number_reader: numbers of drawn digits and of MNIST's images."""

import cv2
import numpy as np
import pytest

from benchmarks.numbers import write_held_out_digit
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.preprocessing.drawing import DrawingError
from mnist_core.synthesis.digit_sources import strokes_of
from mnist_core.synthesis.digit_strings import SPACINGS, compose_number
from tests.browser.person import DIGITS
from tests.core.inference.lines import write_line


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


@pytest.mark.parametrize("number", ["7", "42", "2026", "007", "31415", "98260", "1234567890"])
def test_numbers_are_read_from_left_to_right(number: str, classifier: Classifier) -> None:
    """Leading zeros are kept; the boxes follow the digits."""
    reading = read_number(classifier, write_line(number))
    assert reading.text == number
    lefts = [digit.box.left for digit in reading.digits]
    assert lefts == sorted(lefts)
    assert all(digit.image.shape == (28, 28) for digit in reading.digits)
    assert all(0.5 < digit.probability <= 1 for digit in reading.digits)


@pytest.mark.parametrize(("size", "pen"), [(60, 6), (100, 14), (200, 12), (220, 26)])
def test_size_and_pen_width_do_not_matter(size: int, pen: int, classifier: Classifier) -> None:
    """From small and thin to large and thick, also in dark ink on white."""
    canvas = write_line("2026", size, pen)
    assert read_number(classifier, canvas).text == "2026"
    assert read_number(classifier, 255 - canvas).text == "2026"


@pytest.mark.parametrize(("size", "pen"), [(250, 1), (500, 1), (1000, 2), (1000, 6)])
def test_thin_strokes_on_a_tall_canvas_are_read(
    size: int, pen: int, classifier: Classifier
) -> None:
    """They are not lost when the canvas is reduced, with and without the pen's strokes."""
    drawing = write_line("37205", size=size, pen=pen)
    assert read_number(classifier, drawing).text == "37205"


def test_a_box_contains_its_digit(classifier: Classifier) -> None:
    """Its pixels alone are read as the same digit."""
    canvas = write_line("538")
    for digit, expected in zip(read_number(classifier, canvas).digits, "538", strict=True):
        box = digit.box
        part = np.pad(canvas[box.top : box.bottom, box.left : box.right], 20)
        assert read_number(classifier, part).text == expected


@pytest.mark.parametrize("width", [14, 50], ids=["a point", "a minus"])
def test_a_mark_between_digits_is_left_out(width: int, classifier: Classifier) -> None:
    """Its box is told, and those of the digits are what they are without it."""
    canvas = write_line("314", step=1.2)
    first, second, third = read_number(classifier, canvas).boxes
    middle, level = (first.right + second.left) // 2, first.bottom - 10
    mark = np.array([[middle - width // 2, level], [middle + width // 2, level]])
    cv2.polylines(canvas, [mark], False, 255, 12, cv2.LINE_AA)
    reading = read_number(classifier, canvas, [mark])
    assert reading.text == "314"
    assert reading.boxes == (first, second, third)
    (box,) = reading.marks
    assert first.right <= box.left < box.right <= second.left


def test_the_detached_bar_of_a_digit_is_not_a_mark(classifier: Classifier) -> None:
    """It lies above the rest of its digit."""
    canvas = write_line("5")
    rows = np.flatnonzero(canvas.any(axis=1))
    canvas[rows[0] + 25 : rows[0] + 32] = 0
    assert not read_number(classifier, canvas).marks


@pytest.mark.parametrize("pixels", [None, np.zeros((300, 800, 4), np.uint8)])
def test_a_blank_canvas_has_no_digits(pixels: np.ndarray | None, classifier: Classifier) -> None:
    """The text is empty."""
    reading = read_number(classifier, pixels)
    assert (reading.digits, reading.text) == ((), "")


def write_strokes(number: str, step: float, height: int = 150, pen: int = 22) -> tuple:
    """Draw a number as on the canvas, its digits `step` heights apart.

    Returns:
        (336, 784, 4) uint8 pixels, and the strokes in pixels.
    """
    canvas = np.zeros((336, 784), np.uint8)
    strokes = []
    for position, digit in enumerate(number):
        for stroke in DIGITS.get(digit, []):
            points = np.array(stroke) * height * 1.4 + (position * step * height - 20, 60)
            strokes.append(points)
            path = np.round(points * 16).astype(np.int32)
            cv2.polylines(canvas, [path], False, 255, pen, cv2.LINE_AA, 4)
    opaque = np.full_like(canvas, 255)
    return np.stack([canvas, canvas, canvas, opaque], axis=2), strokes


@pytest.mark.parametrize(
    ("number", "step", "height"),
    [("756299", 0.5, 150), ("6666", 0.42, 200), ("0791234568", 0.62, 110), ("4545", 0.5, 150)],
)
def test_close_digits_are_read_by_their_strokes(
    number: str, step: float, height: int, classifier: Classifier
) -> None:
    """The bounding boxes of neighbors touch or overlap, and every digit is found."""
    pixels, strokes = write_strokes(number, step, height)
    reading = read_number(classifier, pixels, strokes)
    assert reading.text == number
    lefts = [digit.box.left for digit in reading.digits]
    assert lefts == sorted(lefts)


def test_strokes_that_do_not_fit_the_drawing_are_not_needed(classifier: Classifier) -> None:
    """Without strokes, or with those of an empty canvas, the ink is read; bad ones are rejected."""
    pixels, strokes = write_strokes("2026", 0.8)
    assert read_number(classifier, pixels).text == "2026"
    assert read_number(classifier, pixels, []).text == "2026"
    assert read_number(classifier, pixels, strokes).text == "2026"
    with pytest.raises(DrawingError, match="stroke of shape"):
        read_number(classifier, pixels, [np.zeros((3, 3))])


def test_more_strokes_than_digits_fit_are_not_divided(classifier: Classifier) -> None:
    """A stack of bars is at most a few digits wide."""
    canvas = np.zeros((336, 784), np.uint8)
    bars = [np.array([[300, 20 + 7 * row], [420, 24 + 7 * row]]) for row in range(40)]
    cv2.polylines(canvas, bars, False, 255, 8, cv2.LINE_AA)
    assert 1 <= len(read_number(classifier, canvas, bars).digits) <= 6


def test_strokes_help_where_digits_overlap(classifier: Classifier) -> None:
    """Of twenty numbers more are read with the strokes than without."""
    rng = np.random.default_rng(3)
    source = strokes_of(write_held_out_digit)
    numbers = [compose_number(source, SPACINGS["overlapping"], 6, rng) for _ in range(20)]

    def count(*, use_strokes: bool) -> int:
        return sum(
            read_number(classifier, number.ink, number.strokes if use_strokes else None).text
            == number.text
            for number in numbers
        )

    assert count(use_strokes=True) > count(use_strokes=False)


def test_a_letter_between_digits_is_doubtful(classifier: Classifier) -> None:
    """The digits beside it are not."""
    pixels, strokes = write_strokes("2 6", 1.3)
    letter = [np.array([[300, 80], [380, 230]]), np.array([[380, 80], [300, 230]])]
    bar = np.array([[280, 155], [400, 155]])
    canvas = np.ascontiguousarray(pixels[..., 0])
    for stroke in (*letter, bar):
        cv2.polylines(canvas, [stroke], False, 255, 22, cv2.LINE_AA)
    reading = read_number(classifier, canvas, [strokes[0], *letter, bar, strokes[1]])
    first, *middle, last = reading.digits
    assert (first.digit, first.is_doubtful, last.digit, last.is_doubtful) == (2, False, 6, False)
    assert all(digit.is_doubtful for digit in middle)
