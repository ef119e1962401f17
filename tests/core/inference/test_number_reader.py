"""Tests of mnist_core.inference.number_reader: numbers of drawn digits and of MNIST's images."""

import cv2
import numpy as np
import pytest

from benchmarks.numbers import HELD_OUT, draw_number
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from tests.browser.person import DIGITS


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


def write(number: str, size: int = 150, pen: int = 12, step: float = 0.75) -> np.ndarray:
    """Draw a number with a person's strokes, (h, w) uint8, white on black."""
    canvas = np.zeros((2 * size, int((len(number) + 1) * step * size) + size), np.uint8)
    for position, digit in enumerate(number):
        for stroke in DIGITS[digit]:
            points = np.array(stroke) * size * 1.4
            points += (position * step * size, 0.3 * size)
            path = np.round(points * 16).astype(np.int32)
            cv2.polylines(canvas, [path], False, 255, pen, cv2.LINE_AA, 4)
    return canvas


@pytest.mark.parametrize("number", ["7", "42", "2026", "007", "31415", "98260", "1234567890"])
def test_numbers_are_read_from_left_to_right(number: str, classifier: Classifier) -> None:
    """Leading zeros are kept; the boxes follow the digits."""
    reading = read_number(classifier, write(number))
    assert reading.text == number
    lefts = [digit.box.left for digit in reading.digits]
    assert lefts == sorted(lefts)
    assert all(digit.image.shape == (28, 28) for digit in reading.digits)
    assert all(0.5 < digit.probability <= 1 for digit in reading.digits)


@pytest.mark.parametrize(("size", "pen"), [(60, 6), (100, 14), (200, 12), (220, 26)])
def test_size_and_pen_width_do_not_matter(size: int, pen: int, classifier: Classifier) -> None:
    """From small and thin to large and thick, also in dark ink on white."""
    canvas = write("2026", size, pen)
    assert read_number(classifier, canvas).text == "2026"
    assert read_number(classifier, 255 - canvas).text == "2026"


def test_a_box_contains_its_digit(classifier: Classifier) -> None:
    """Its pixels alone are read as the same digit."""
    canvas = write("538")
    for digit, expected in zip(read_number(classifier, canvas).digits, "538", strict=True):
        box = digit.box
        part = np.pad(canvas[box.top : box.bottom, box.left : box.right], 20)
        assert read_number(classifier, part).text == expected


@pytest.mark.parametrize("pixels", [None, np.zeros((300, 800, 4), np.uint8)])
def test_a_blank_canvas_has_no_digits(pixels: np.ndarray | None, classifier: Classifier) -> None:
    """The text is empty."""
    reading = read_number(classifier, pixels)
    assert (reading.digits, reading.text) == ((), "")


def test_touching_digits_are_separated(classifier: Classifier, data: Mnist) -> None:
    """At least 7 of 10 closely written numbers are read; `benchmarks.numbers` measures 1,000."""
    held_out = Split(data.train.images[-HELD_OUT:], data.train.labels[-HELD_OUT:])
    rng = np.random.default_rng(17)
    numbers = [draw_number(held_out, rng) for _ in range(10)]
    correct = [
        read_number(classifier, number.pixels).text == "".join(map(str, number.digits))
        for number in numbers
    ]
    assert sum(correct) >= 7
