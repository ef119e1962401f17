"""Tests of mnist_core.preprocessing.drawing: invariance, and the format of the result."""

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

fractions = st.floats(0, 1)
light, dark = st.integers(160, 255), st.integers(0, 90)
many_examples = settings(max_examples=500, derandomize=True)
few_examples = settings(max_examples=60, derandomize=True)


def draw(
    name: str,
    size: float = 180,
    pen: float = 18,
    position: tuple[float, float] = (0.5, 0.5),
    paper: tuple[int, int, int] = (0, 0, 0),
    ink: tuple[int, int, int] = (255, 255, 255),
) -> np.ndarray:
    """Draw a digit whose longer side is `size` pixels, (280, 280, 3) uint8."""
    strokes = [np.array(stroke) for stroke in DIGITS[name]]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (size - pen) / (high - low).max()
    corner = pen / 2 + (CANVAS - pen - (high - low) * scale) * position
    paths = [np.round(((s - low) * scale + corner) * 16).astype(np.int32) for s in strokes]
    pixels = np.empty((CANVAS, CANVAS, 3), np.uint8)
    pixels[:] = paper
    cv2.polylines(pixels, paths, False, ink, round(pen), cv2.LINE_AA, 4)
    return pixels


def predict(pixels: np.ndarray) -> int:
    """Return the prediction of the default network."""
    image = prepare_drawing(pixels)
    assert image is not None
    return int(CLASSIFIER.probabilities(image[None])[0].argmax())


def get_digit(name: str) -> int:
    """Return the digit in a drawing's name."""
    return int("".join(filter(str.isdigit, name)))


@st.composite
def drawings(draw_from: st.DrawFn) -> tuple[str, np.ndarray]:
    """Digits with any size, position, pen width and two colors."""
    name = draw_from(st.sampled_from(sorted(DIGITS)))
    size = draw_from(st.floats(60, 260))
    pen = draw_from(st.floats(8, min(30, size / 5)))
    colors = [draw_from(st.tuples(*[shade] * 3)) for shade in (light, dark)]
    if draw_from(st.booleans()):
        colors.reverse()
    position = draw_from(st.tuples(fractions, fractions))
    return name, draw(name, size, pen, position, *colors)


@many_examples
@given(drawings())
def test_the_prediction_depends_on_the_digit_only(drawn: tuple[str, np.ndarray]) -> None:
    """It is correct for 500 combinations of size, position, pen width and colors."""
    name, pixels = drawn
    assert predict(pixels) == get_digit(name)


@few_examples
@given(st.sampled_from(sorted(DIGITS)), st.integers(0, 99), st.integers(0, 99))
def test_the_position_does_not_change_the_image(name: str, right: int, down: int) -> None:
    """Shifts by whole pixels give equal images."""
    pixels = draw(name, 180, position=(0, 0))
    moved = np.roll(pixels, (down, right), axis=(0, 1))
    np.testing.assert_array_equal(prepare_drawing(moved), prepare_drawing(pixels))


@few_examples
@given(st.sampled_from(sorted(DIGITS)), st.lists(st.tuples(fractions, fractions), max_size=8))
def test_specks_do_not_change_the_image(name: str, specks: list[tuple[float, float]]) -> None:
    """Dots beside the digit, of the size of the pen's tip."""
    pixels = draw(name)
    with_specks, background = (
        pixels.copy(),
        cv2.dilate(pixels, np.ones((9, 9), np.uint8)).max(axis=2) == 0,
    )
    for x, y in specks:
        dot = cv2.circle(np.zeros((CANVAS, CANVAS), np.uint8), (int(x * 279), int(y * 279)), 3, 1)
        if background[dot > 0].all():
            with_specks[dot > 0] = 255
    np.testing.assert_array_equal(prepare_drawing(with_specks), prepare_drawing(pixels))


@few_examples
@given(st.sampled_from(sorted(DIGITS)), st.tuples(light, light, light), st.integers(0, 255))
def test_colors_hardly_change_the_image(name: str, ink: tuple[int, int, int], alpha: int) -> None:
    """Ink of any color, light on dark or dark on light, or on a transparent background."""
    expected = prepare_drawing(draw(name))
    assert expected is not None
    on_dark, on_light = draw(name, ink=ink), draw(name, paper=ink, ink=(0, 0, 0))
    on_transparent = np.dstack([on_dark, on_dark.max(axis=2)])
    for pixels in (on_dark, on_light, on_transparent):
        image = prepare_drawing(pixels)
        assert image is not None
        assert np.abs(image - expected).max() < 0.05


def test_every_array_format_gives_the_same_image() -> None:
    """Gray, RGB and RGBA, uint8 and float."""
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
def test_the_image_has_the_format_of_mnist(name: str) -> None:
    """The longer side has 20 pixels, and the center of mass is in the middle."""
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


def test_images_of_mnist_hardly_change(data: Mnist) -> None:
    """Most have equal pixels; at most 2 of 500 predictions change."""
    images = data.train.images[:500] / np.float32(255)
    prepared = np.stack([image for image in map(prepare_drawing, images) if image is not None])
    assert len(prepared) == 500
    assert np.median(np.abs(prepared - images).max(axis=(1, 2))) < 0.01
    predictions = [CLASSIFIER.probabilities(side).argmax(axis=1) for side in (images, prepared)]
    assert (predictions[0] != predictions[1]).sum() <= 2


@pytest.mark.parametrize("prepare", [prepare_drawing, scale_drawing])
def test_a_blank_canvas_has_no_image(prepare: object) -> None:
    """None, or an array of one color."""
    assert callable(prepare)
    assert prepare(None) is None
    for shade in (0, 90, 255):
        assert prepare(np.full((280, 280, 4), shade, np.uint8)) is None


def test_a_shrunk_canvas_keeps_its_margins() -> None:
    """The position of the digit changes the image."""
    images = [scale_drawing(draw("7", 100, position=position)) for position in ((0, 0), (1, 1))]
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
def test_invalid_arrays_are_rejected(pixels: np.ndarray, sentence: str) -> None:
    """The message has the problem and what was expected."""
    with pytest.raises(DrawingError, match=sentence) as raised:
        prepare_drawing(pixels)
    assert "expected" in str(raised.value)
