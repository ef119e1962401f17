"""Tests of mnist_core.preprocessing.photo: the digit in a picture."""

import cv2
import numpy as np
import pytest

from benchmarks.pen_paths import STYLES
from benchmarks.picture_ink import draw_strokes
from benchmarks.picture_paper import CONDITIONS, take_photograph
from benchmarks.picture_screen import SCREENS
from benchmarks.simulation import write
from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.ood import OodDetector
from mnist_core.inference.picture_reader import read_picture
from mnist_core.preprocessing.drawing import DrawingError, prepare_drawing
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image

SEVEN = np.array([(0.1, 0.1), (0.8, 0.1), (0.4, 1.0)])


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The default network."""
    return Classifier.load()


def photograph(strokes: list[np.ndarray], condition: str, rng: np.random.Generator) -> np.ndarray:
    """Return the pixels of a simulated photograph of handwriting on paper."""
    ink = draw_strokes(strokes, 300, 0.07)
    return read_image(take_photograph(ink, CONDITIONS[condition], rng))


def predict(classifier: Classifier, pixels: np.ndarray) -> int:
    """Return the prediction of the default network for a picture."""
    image = prepare_image(pixels)
    assert image is not None
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert 0 <= image.min() <= image.max() <= 1
    return int(classifier.probabilities(image[None])[0].argmax())


@pytest.mark.parametrize("ruled", [True, False])
def test_ruled_lines_and_boxes_are_removed(ruled: bool, classifier: Classifier) -> None:
    """Lines that end before the border, and a box of a form."""
    pixels = np.full((800, 700, 3), 255, np.uint8)
    if ruled:
        pixels[100:750:60, 60:640] = pixels[101:751:60, 60:640] = (170, 190, 230)
    else:
        cv2.rectangle(pixels, (150, 180), (550, 620), (90, 90, 90), 3)
    points = (SEVEN * 260 + [220, 260]).astype(np.int32)
    cv2.polylines(pixels, [points], False, (30, 30, 60), 14, cv2.LINE_AA)
    image = prepare_image(pixels)
    alone = np.full_like(pixels, 255)
    cv2.polylines(alone, [points], False, (30, 30, 60), 14, cv2.LINE_AA)
    expected = prepare_drawing(alone)
    assert image is not None and expected is not None
    assert np.abs(image - expected).mean() < 0.02
    assert classifier.probabilities(image[None])[0].argmax() == 7


def test_two_digits_are_both_kept() -> None:
    """So that the out-of-distribution detector classifies them as several."""
    rng = np.random.default_rng(1)
    two, seven = (write(STYLES[name][1], rng) for name in ("2 plain", "7 plain"))
    strokes = [*two, *(stroke + np.array([1.4, 0]) for stroke in seven)]
    image = prepare_image(photograph(strokes, "a shadow", np.random.default_rng(0)))
    assert image is not None
    assert OodDetector.load().classify(image) == "multiple_digits"


def test_a_clean_picture_is_prepared_as_a_drawing(data: Mnist) -> None:
    """For MNIST's images, `prepare_image` returns the same as `prepare_drawing`."""
    for image in data.train.images[:20]:
        pixels = np.stack([image] * 3, axis=2)
        np.testing.assert_array_equal(prepare_image(pixels), prepare_drawing(pixels))


@pytest.mark.slow
@pytest.mark.parametrize("name", CONDITIONS)
def test_digits_in_photographs_are_classified(name: str, classifier: Classifier) -> None:
    """At least five of six correctly."""
    rng = np.random.default_rng(31)
    styles = ["0 plain", "2 plain", "3 plain", "4 closed", "5 in one stroke", "7 barred"]
    correct = [
        predict(classifier, photograph(write(variants, rng), name, rng)) == digit
        for digit, variants in (STYLES[style] for style in styles)
    ]
    assert sum(correct) >= 5, dict(zip(styles, correct, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", SCREENS)
def test_digits_in_pictures_from_screens_are_classified(name: str, classifier: Classifier) -> None:
    """At least nine of ten correctly."""
    rng = np.random.default_rng(12)
    pictures = [SCREENS[name](rng) for _ in range(10)]
    correct = [predict(classifier, read_image(content)) == digit for content, digit in pictures]
    assert sum(correct) >= 9, correct


@pytest.mark.parametrize("side", [28, 50, 100])
def test_strokes_of_small_pictures_are_not_ruled_lines(side: int, classifier: Classifier) -> None:
    """A 7 whose bar runs through the whole picture, dark on white and light on black."""
    large = np.full((400, 400, 3), 255, np.uint8)
    cv2.polylines(large, [np.array([(0, 40), (360, 40), (350, 399)])], False, (0, 0, 0), 45)
    pixels = cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)
    assert predict(classifier, pixels) == predict(classifier, 255 - pixels) == 7


@pytest.mark.parametrize("style", ["0 slashed", "4 closed", "5 in one stroke", "8 in two rings"])
@pytest.mark.parametrize(("paper", "ink"), [(225, 25), (60, 220)])
def test_a_thick_digit_in_close_up_is_classified(
    style: str, paper: int, ink: int, classifier: Classifier
) -> None:
    """It fills the picture; the paper that it encloses is not taken for ink."""
    digit, variants = STYLES[style]
    strokes = write(variants, np.random.default_rng(4))
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = 480 / size.max()
    paths = [np.round((stroke - low) * scale + 100).astype(np.int32) for stroke in strokes]
    pixels = np.full((680, 200 + round(float(size[0] * scale))), paper, np.uint8)
    cv2.polylines(pixels, paths, False, ink, 60, cv2.LINE_AA)
    light = np.linspace(1, 0.7, 680)[:, None]
    gray = (pixels * light).astype(np.uint8)
    assert predict(classifier, cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB)) == digit


@pytest.mark.parametrize("brightness", [20, 128, 240])
def test_an_empty_sheet_has_no_digit(brightness: int) -> None:
    """Noise and uneven light are not ink."""
    rng = np.random.default_rng(3)
    light = np.linspace(1, 0.5, 400)[:, None, None]
    sheet = np.clip(brightness * light + rng.normal(0, 3, (300, 400, 3)).transpose(1, 0, 2), 0, 255)
    assert prepare_image(sheet.astype(np.uint8)) is None


def test_a_picture_of_one_color_has_no_digit() -> None:
    """For sizes down to one pixel."""
    for size in (1, 2, 30, 700):
        assert prepare_image(np.full((size, size, 3), 90, np.uint8)) is None


@pytest.mark.parametrize("shape", [(3, 400), (400, 3), (1, 1), (2, 5), (1, 500), (500, 1)])
def test_narrow_pictures_raise_no_error(shape: tuple[int, int]) -> None:
    """Random pixels give an image or None."""
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    image = prepare_image(pixels)
    assert image is None or image.shape == (28, 28)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pixels_may_be_floating_point(dtype: type) -> None:
    """From 0 to 1, in gray and in color."""
    page = np.full((400, 300, 3), 240, np.uint8)
    page[100:300, 140:160] = (30, 30, 90)
    for pixels in (page, page[..., 0], page[..., :1]):
        expected, image = prepare_image(pixels), prepare_image((pixels / 255).astype(dtype))
        assert expected is not None
        np.testing.assert_array_equal(image, expected)


def test_gray_and_opaque_photographs_are_photographs() -> None:
    """In every format that is accepted, the same as in RGB."""
    strokes = write(STYLES["8 in one loop"][1], np.random.default_rng(1))
    gray = cv2.cvtColor(
        photograph(strokes, "a shadow", np.random.default_rng(0)), cv2.COLOR_RGB2GRAY
    )
    color = np.stack([gray] * 3, axis=2)
    expected = prepare_image(color)
    assert expected is not None
    opaque = np.dstack([color, np.full_like(gray, 255)])
    for pixels in (gray, gray[..., None], opaque, gray / 255):
        np.testing.assert_array_equal(prepare_image(pixels), expected)


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (28, 28, 4)])
def test_a_clean_drawing_is_prepared_as_such_in_every_format(
    shape: tuple[int, ...], data: Mnist
) -> None:
    """In gray, and as ink that is known by its opacity only."""
    for image in data.train.images[:20]:
        pixels = np.zeros(shape, np.uint8)
        pixels.reshape(28, 28, -1)[..., -1] = image
        np.testing.assert_array_equal(prepare_image(pixels), prepare_drawing(image))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((20, 20, 3), np.int64),
        np.zeros((20, 20, 3), bool),
        np.full((20, 20, 3), 2.0),
        np.full((20, 20, 3), np.nan),
        np.zeros((20, 20, 5), np.uint8),
        np.zeros(20, np.uint8),
    ],
)
def test_what_is_no_image_is_refused(pixels: np.ndarray) -> None:
    """Also by the reader of whole pictures."""
    for read in (prepare_image, read_picture):
        with pytest.raises(DrawingError):
            read(pixels)
