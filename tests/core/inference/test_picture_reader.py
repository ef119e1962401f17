"""Tests of mnist_core.inference.picture_reader: digits and numbers in pictures."""

from unittest.mock import Mock

import cv2
import numpy as np
import pytest

from benchmarks.picture_ink import place
from benchmarks.picture_paper import CONDITIONS, SHAPE, render
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.inference import picture_reader
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.inference.picture_reader import FIRST_LINES, read_picture
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.photo import prepare_image
from tests.core.inference.lines import write_line


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


def photograph(lines: list[str], condition: str, seed: int = 3) -> np.ndarray:
    """Return a photograph of numbers on lines below each other, written with a person's strokes."""
    ink = np.zeros(SHAPE, np.float32)
    for row, number in enumerate(lines):
        written = write_line(number, size=90, pen=8).astype(np.float32) / 255
        ink = np.maximum(ink, place(written, SHAPE, 90 + 160 * row, 90))
    return render(ink, CONDITIONS[condition], np.random.default_rng(seed))


@pytest.mark.parametrize(
    "condition", ["light from one side", "a shadow", "squared paper", "pencil", "chalk on a board"]
)
def test_lines_on_photographed_paper_are_read(condition: str, classifier: Classifier) -> None:
    """From top to bottom, with leading zeros."""
    reading = read_picture(photograph(["37205", "0468"], condition), classifier)
    assert [line.text for line in reading.lines] == ["37205", "0468"]
    assert reading.text == "37205\n0468"
    assert reading.single_digit is None


def test_gray_and_opaque_photographs_are_read_as_in_color(classifier: Classifier) -> None:
    """Their light is as uneven."""
    gray = photograph(["37205"], "light from one side").min(axis=2)
    opaque = np.dstack([gray, gray, gray, np.full_like(gray, 255)])
    for pixels in (gray, gray[..., np.newaxis], opaque):
        assert read_picture(pixels, classifier).text == "37205"


def draw_rows(data: Mnist, indices: np.ndarray, step: int = 28) -> tuple[np.ndarray, list[str]]:
    """Return rows of test digits at their own size, dark on white, and their numbers."""
    height, width = 36 * len(indices), step * indices.shape[1] + 28
    page = np.zeros((height + 60, width + 60), np.uint8)
    for (row, column), index in np.ndenumerate(indices):
        top, left = 30 + 36 * row, 30 + step * column
        part = page[top : top + 28, left : left + 28]
        np.maximum(part, data.test.images[index], out=part)
    numbers = ["".join(map(str, data.test.labels[row])) for row in indices]
    return 255 - page, numbers


@pytest.mark.parametrize(("rows", "columns"), [(1, 18), (8, 16)])
def test_small_digits_are_read(
    rows: int, columns: int, data: Mnist, classifier: Classifier
) -> None:
    """Each is smaller than a digit that is searched alone."""
    indices = np.random.default_rng(0).integers(0, 10_000, (rows, columns))
    page, numbers = draw_rows(data, indices)
    assert prepare_image(page) is None
    found = [line.text for line in read_picture(page, classifier).lines]
    assert len(found) == rows
    assert sum(one == other for one, other in zip(found, numbers, strict=True)) >= 0.8 * rows


def test_a_page_of_more_than_200_digits_is_read(data: Mnist, classifier: Classifier) -> None:
    """No row falls apart."""
    indices = np.random.default_rng(5).integers(0, 10_000, (15, 15))
    page, numbers = draw_rows(data, indices)
    found = [line.text for line in read_picture(page, classifier).lines]
    assert [len(line) for line in found] == [15] * 15
    assert sum(one == other for one, other in zip(found, numbers, strict=True)) >= 12


def test_a_table_is_read_to_its_end(data: Mnist, classifier: Classifier) -> None:
    """Each of its cells is a line of its own."""
    indices = np.random.default_rng(0).integers(0, 10_000, (12, 4))
    page, numbers = draw_rows(data, indices, step=100)
    found = [line.text for line in read_picture(page, classifier).lines]
    assert len(found) == 48
    assert sum(one == other for one, other in zip(found, "".join(numbers), strict=True)) >= 46


@pytest.fixture(scope="module")
def digits(data: Mnist, classifier: Classifier) -> Split:
    """Test digits that are certain."""
    images, labels = data.test.images[:200], data.test.labels[:200]
    certain = classifier.probabilities(images)[np.arange(200), labels] > 0.99
    return Split(images[certain], labels[certain])


def draw_number(ink: np.ndarray, part: Split, left: int, top: int, step: int, side: int) -> str:
    """Put digits side by side into an ink map, (h, w) float32 in 0..1, and return their number."""
    for index, image in enumerate(part.images):
        x = left + index * step
        large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC) / np.float32(255)
        below = ink[top : top + side, x : x + side]
        np.maximum(below, large[: below.shape[0], : below.shape[1]], out=below)
    return "".join(map(str, part.labels))


def draw_table(digits: Split, gap: float) -> tuple[np.ndarray, str]:
    """Return a table of twelve numbers of two digits as an ink map, and its text.

    Args:
        digits: At least 24.
        gap: Between the cells, as a fraction of the height of the digits.
    """
    rows, columns = 4, 3
    ink, numbers = np.zeros((900, 900), np.float32), []
    for cell in range(rows * columns):
        row, column = divmod(cell, columns)
        part = Split(digits.images[2 * cell :][:2], digits.labels[2 * cell :][:2])
        left, top = 100 + round(column * (66 + gap * 40)), 250 + 80 * row
        numbers.append(draw_number(ink, part, left, top, step=36, side=56))
    lines = ["\t".join(numbers[columns * row :][:columns]) for row in range(rows)]
    return ink, "\n".join(lines)


def as_page(ink: np.ndarray) -> np.ndarray:
    """Return black ink on white paper, (h, w, 3) uint8."""
    return np.dstack([255 - np.rint(255 * ink).astype(np.uint8)] * 3)


def test_the_columns_of_a_narrow_table_stay_apart(digits: Split, classifier: Classifier) -> None:
    """By gaps that are wider than those between digits."""
    ink, text = draw_table(digits, gap=1.5)
    assert read_picture(as_page(ink), classifier).text == text


@pytest.mark.parametrize("tilt", [-10, 10])
def test_a_tilted_table_keeps_its_rows(tilt: int, digits: Split, classifier: Classifier) -> None:
    """They are as steep as the numbers in them."""
    ink, text = draw_table(digits, gap=4)
    view = cv2.getRotationMatrix2D((450, 450), tilt, 0.8)
    turned = cv2.warpAffine(cv2.dilate(ink, np.ones((3, 3))), view, (900, 900))
    assert read_picture(as_page(turned), classifier).text == text


@pytest.mark.parametrize("joined", [True, False])
def test_a_photographed_form_with_a_box_for_each_digit_is_read(
    joined: bool, digits: Split, classifier: Classifier
) -> None:
    """The sides of the boxes are not read as 1s."""
    ink = np.zeros(SHAPE, np.float32)
    step = 110 if joined else 125
    number = draw_number(ink, Split(digits.images[:6], digits.labels[:6]), 130, 300, step, 90)
    for index in range(6):
        x = 120 + index * step
        cv2.rectangle(ink, (x, 280), (x + 110, 410), 0.9, 3)
    page = render(ink, CONDITIONS["light from one side"], np.random.default_rng(1))
    assert read_picture(page, classifier).text == number


def test_digits_at_the_border_are_read(digits: Split, classifier: Classifier) -> None:
    """As in a picture that was cropped to its number."""
    ink = np.zeros((200, 700), np.float32)
    number = draw_number(ink, Split(digits.images[:6], digits.labels[:6]), 20, 30, 100, 112)
    top = int(np.flatnonzero(ink.max(axis=1) > 0.5)[0])
    assert read_picture(as_page(ink[top + 2 :]), classifier).text == number


def test_a_number_on_a_thin_strip_is_read(digits: Split, classifier: Classifier) -> None:
    """Upright strokes as high as the strip are not removed as ruled lines."""
    ink = np.zeros((80, 1500), np.float32)
    number = draw_number(ink, Split(digits.images[:20], digits.labels[:20]), 20, 0, 70, 80)
    assert read_picture(as_page(ink), classifier).text == number


def test_small_writing_on_a_large_page_is_read(data: Mnist, classifier: Classifier) -> None:
    """Digits of 2 mm on a sheet of A4."""
    indices = np.random.default_rng(0).integers(0, 10_000, (4, 6))
    rows, numbers = draw_rows(data, indices)
    page = np.full((2600, 1900), 255, np.uint8)
    page[1200 : 1200 + len(rows), 700 : 700 + rows.shape[1]] = rows
    found = [line.text for line in read_picture(page, classifier).lines]
    assert len(found) == 4
    assert sum(one == other for one, other in zip(found, numbers, strict=True)) >= 3


def test_a_texture_is_not_read_to_its_end(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has hundreds of marks, of which the first already show that they are not digits."""
    noise = np.random.default_rng(0).normal(size=(1200, 900)).astype(np.float32)
    blurred = cv2.GaussianBlur(noise, (0, 0), 5)
    page = np.where(blurred > blurred.std(), 0, 255).astype(np.uint8)
    read = Mock(side_effect=read_number)
    monkeypatch.setattr(picture_reader, "read_number", read)
    read_picture(page, classifier)
    assert read.call_count == FIRST_LINES


def test_a_long_line_is_read_to_its_end(data: Mnist, classifier: Classifier) -> None:
    """Of 50 close digits."""
    page, (number,) = draw_rows(
        data, np.random.default_rng(5).integers(0, 10_000, (1, 50)), step=19
    )
    reading = read_picture(page, classifier)
    assert reading.text == number
    assert max(box.right for box in reading.lines[0].boxes) > page.shape[1] - 60


@pytest.mark.parametrize("rise", [-12, 0, 12])
def test_two_columns_are_read_row_by_row(rise: int, data: Mnist, classifier: Classifier) -> None:
    """From left to right in each row, also where the right column is a little higher or lower."""
    page = np.zeros((500, 900), np.uint8)
    for row in range(3):
        for left, top, digits in ((30, 40, (2, 1, 0)), (620, 40 - rise, (0, 1, 7))):
            large = np.hstack([data.test.images[index] for index in digits])
            large = large.repeat(3, axis=0).repeat(3, axis=1)
            page[top + 140 * row : top + 140 * row + 84, left : left + 252] = large
    first, second = (
        "".join(str(data.test.labels[i]) for i in row) for row in ((2, 1, 0), (0, 1, 7))
    )
    reading = read_picture(255 - page, classifier)
    assert [line.text for line in reading.lines] == [first, second] * 3
    assert reading.text == "\n".join([f"{first}\t{second}"] * 3)  # a table's cells


def test_small_letters_and_marks_are_not_numbers(classifier: Classifier) -> None:
    """A page of print, and one of ticks."""
    page = np.full((1600, 1600), 255, np.uint8)
    for row, text in enumerate(("Whatever a browser sends", "is checked first: a forged", "value")):
        place_at = (100, 200 + 70 * row)
        cv2.putText(page, " ".join(text), place_at, cv2.FONT_HERSHEY_SIMPLEX, 1, 0, 2, cv2.LINE_AA)
    ticks = np.full((1000, 1400), 255, np.uint8)
    for x, y in np.random.default_rng(0).integers(50, 900, (12, 2)).tolist():
        cv2.line(ticks, (x, y), (x + 4, y + 24), 0, 3, cv2.LINE_AA)
    for pixels in (page, ticks):
        assert prepare_image(pixels) is None
        assert read_picture(pixels, classifier).lines == ()


def test_boxes_lie_in_the_picture_at_their_digits(classifier: Classifier) -> None:
    """From left to right, each around dark pixels."""
    pixels = photograph(["37205"], "a scan")
    (line,) = read_picture(pixels, classifier).lines
    assert len(line.boxes) == len(line.doubts) == 5
    assert line.doubtful_digits == sum(line.doubts)
    assert [box.left for box in line.boxes] == sorted(box.left for box in line.boxes)
    height, width = pixels.shape[:2]
    for box in line.boxes:
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height
        part = pixels[box.top : box.bottom, box.left : box.right].min(axis=2)
        assert (part < 120).mean() > 0.05


def test_a_picture_of_one_digit_is_classified_as_prepared(
    data: Mnist, classifier: Classifier
) -> None:
    """Its image is that of `prepare_image`."""
    for image, label in zip(data.test.images[:10], data.test.labels[:10], strict=True):
        digit = read_picture(np.stack([image] * 3, axis=2), classifier).single_digit
        assert digit is not None
        np.testing.assert_array_equal(digit.image, prepare_drawing(image))
        assert digit.digit == label or digit.is_doubtful


@pytest.mark.parametrize("shape", [(300, 400, 3), (1, 1, 3), (3, 500, 3), (40, 40, 4), (50, 60)])
def test_pictures_without_ink_have_no_lines(shape: tuple[int, ...], classifier: Classifier) -> None:
    """In every format."""
    assert read_picture(np.full(shape, 200, np.uint8), classifier).lines == ()


def test_random_pixels_raise_no_error(classifier: Classifier) -> None:
    """Whatever the shape."""
    rng = np.random.default_rng(0)
    for shape in [(1, 500, 3), (500, 1, 3), (64, 64, 3), (300, 200, 3), (90, 90, 4), (64, 64)]:
        read_picture(rng.integers(0, 256, shape).astype(np.uint8), classifier)
