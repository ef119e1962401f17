"""From pixels to the network's input: what must not matter does not."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.drawing import DrawingError, prepare_drawing, scale_drawing
from tests.browser.person import DIGITS

CANVAS = 280
CLASSIFIER = Classifier.load()

shares = st.floats(0, 1)
light, dark = st.integers(160, 255), st.integers(0, 90)
every_case = settings(max_examples=500, deadline=None, derandomize=True)
some_cases = settings(max_examples=60, deadline=None, derandomize=True)


def draw(
    name: str,
    size: float = 180,
    pen: float = 18,
    place: tuple[float, float] = (0.5, 0.5),
    paper: tuple[int, int, int] = (0, 0, 0),
    ink: tuple[int, int, int] = (255, 255, 255),
) -> np.ndarray:
    """Draw a person's digit whose longer side is `size`, ink included: (280, 280, 3) uint8."""
    strokes = [np.array(stroke) for stroke in DIGITS[name]]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (size - pen) / (high - low).max()
    corner = pen / 2 + (CANVAS - pen - (high - low) * scale) * place
    paths = [np.round(((s - low) * scale + corner) * 16).astype(np.int32) for s in strokes]
    pixels = np.empty((CANVAS, CANVAS, 3), np.uint8)
    pixels[:] = paper
    cv2.polylines(pixels, paths, False, ink, round(pen), cv2.LINE_AA, 4)
    return pixels


def read(pixels: np.ndarray) -> int:
    """Return the shipped model's answer."""
    image = prepare_drawing(pixels)
    assert image is not None
    return int(CLASSIFIER.probabilities(image[None])[0].argmax())


def get_digit(name: str) -> int:
    """Return the digit in a drawing's name."""
    return int("".join(filter(str.isdigit, name)))


@st.composite
def drawings(draw_from: st.DrawFn) -> tuple[str, np.ndarray]:
    """Any person's digit in any size, place, width and pair of colors."""
    name = draw_from(st.sampled_from(sorted(DIGITS)))
    size = draw_from(st.floats(60, 260))
    pen = draw_from(st.floats(8, min(30, size / 5)))
    colors = [draw_from(st.tuples(*[shade] * 3)) for shade in (light, dark)]
    if draw_from(st.booleans()):
        colors.reverse()
    place = draw_from(st.tuples(shares, shares))
    return name, draw(name, size, pen, place, *colors)


@every_case
@given(drawings())
def test_the_answer_depends_on_the_digit_alone(drawn: tuple[str, np.ndarray]) -> None:
    """In none of 500 cases do place, size, width and colors change it."""
    name, pixels = drawn
    assert read(pixels) == get_digit(name)


@some_cases
@given(st.sampled_from(sorted(DIGITS)), st.integers(0, 99), st.integers(0, 99))
def test_the_place_does_not_matter_at_all(name: str, right: int, down: int) -> None:
    """Whole pixels to the side or down give the very same image."""
    pixels = draw(name, 180, place=(0, 0))
    moved = np.roll(pixels, (down, right), axis=(0, 1))
    np.testing.assert_array_equal(prepare_drawing(moved), prepare_drawing(pixels))


@some_cases
@given(st.sampled_from(sorted(DIGITS)), st.lists(st.tuples(shares, shares), max_size=8))
def test_stray_specks_do_not_matter_at_all(name: str, specks: list[tuple[float, float]]) -> None:
    """Dots of the pen's tip beside the digit leave the very same image."""
    pixels = draw(name)
    dirty, beside = pixels.copy(), cv2.dilate(pixels, np.ones((9, 9), np.uint8)).max(axis=2) == 0
    for x, y in specks:
        dot = cv2.circle(np.zeros((CANVAS, CANVAS), np.uint8), (int(x * 279), int(y * 279)), 3, 1)
        if beside[dot > 0].all():
            dirty[dot > 0] = 255
    np.testing.assert_array_equal(prepare_drawing(dirty), prepare_drawing(pixels))


@some_cases
@given(st.sampled_from(sorted(DIGITS)), st.tuples(light, light, light), st.integers(0, 255))
def test_the_colors_hardly_matter(name: str, ink: tuple[int, int, int], alpha: int) -> None:
    """Neither which, nor which of the two is the ink, nor a background that is transparent."""
    expected = prepare_drawing(draw(name))
    assert expected is not None
    on_dark, on_light = draw(name, ink=ink), draw(name, paper=ink, ink=(0, 0, 0))
    clear = np.dstack([on_dark, on_dark.max(axis=2)])
    for pixels in (on_dark, on_light, clear):
        image = prepare_drawing(pixels)
        assert image is not None
        assert np.abs(image - expected).max() < 0.05


def test_every_kind_of_array_says_the_same() -> None:
    """Gray, RGB and RGBA, bytes and floats."""
    gray = draw("5")[..., 0]
    expected = prepare_drawing(gray)
    rgba = np.dstack([gray, gray, gray, np.full_like(gray, 255)])
    for pixels in (
        gray[..., None],
        rgba[..., :3],
        rgba,
        gray / 255,
        (rgba / 255).astype("float32"),
    ):
        np.testing.assert_array_equal(prepare_drawing(pixels), expected)


@pytest.mark.parametrize("name", sorted(DIGITS))
def test_the_image_is_made_as_mnists_are(name: str) -> None:
    """The longer side is 20 pixels, and the mass lies in the middle."""
    image = prepare_drawing(draw(name, 240, 20, (0.1, 0.9)))
    assert image is not None
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert 0.9 < image.max() <= 1
    sides = [np.flatnonzero(image.max(axis=axis) > 0.1) for axis in (0, 1)]
    assert max(side[-1] - side[0] + 1 for side in sides) in (20, 21)
    for axis in (0, 1):
        center = image.sum(axis=1 - axis) @ (np.arange(28) + 0.5) / image.sum()
        assert abs(center - 14.5) <= 0.55


def test_mnists_own_images_stay_what_they_are(data: Mnist) -> None:
    """Most of them to the pixel, and all of them to the model."""
    images = data.train.images[:500] / np.float32(255)
    prepared = np.stack([image for image in map(prepare_drawing, images) if image is not None])
    assert len(prepared) == 500
    assert np.median(np.abs(prepared - images).max(axis=(1, 2))) < 0.01
    answers = [CLASSIFIER.probabilities(side).argmax(axis=1) for side in (images, prepared)]
    assert (answers[0] != answers[1]).sum() <= 2


@pytest.mark.parametrize("prepare", [prepare_drawing, scale_drawing])
def test_a_blank_canvas_has_no_image(prepare: object) -> None:
    """Untouched, empty, or of any one color."""
    assert callable(prepare)
    assert prepare(None) is None
    for shade in (0, 90, 255):
        assert prepare(np.full((280, 280, 4), shade, np.uint8)) is None


def test_a_canvas_merely_scaled_keeps_its_margins() -> None:
    """The same digit elsewhere gives another image."""
    images = [scale_drawing(draw("7", 100, place=place)) for place in ((0, 0), (1, 1))]
    assert images[0] is not None
    assert images[1] is not None
    assert images[0][14:, 14:].max() == 0
    assert images[1][:14, :14].max() == 0


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (np.zeros(5, np.uint8), "shape"),
        (np.zeros((0, 4), np.uint8), "shape"),
        (np.zeros((9, 9, 2), np.uint8), "1, 3 or 4 channels"),
        (np.zeros((9, 9), np.int64), "int64"),
        (np.full((9, 9), 200.0), "values from 200 to 200"),
        (np.full((9, 9), np.nan), "nan"),
    ],
)
def test_what_is_no_drawing_gets_a_sentence(pixels: np.ndarray, sentence: str) -> None:
    """It says what came and what was expected."""
    with pytest.raises(DrawingError, match=sentence) as raised:
        prepare_drawing(pixels)
    assert "expected" in str(raised.value)
