"""Tests of mnist_core.synthesis.non_digits: each generator makes the images that it says."""

import cv2
import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.synthesis import non_digits
from mnist_core.synthesis.glyphs import HANDWRITTEN
from mnist_core.synthesis.non_digits import (
    GENERATORS,
    MIRRORED,
    ROTATED,
    SCRIBBLES,
    flip_and_rotate,
    make_multi_digit,
    make_non_digits,
)

EACH = sorted(set(GENERATORS), key=lambda generate: generate.__name__)


@pytest.fixture(scope="module")
def digits(data: Mnist) -> Split:
    """Return 400 training images."""
    return Split(data.train.images[:400], data.train.labels[:400])


def generate_many(generate, count: int = 40, seed: int = 0) -> np.ndarray:
    """Return images of one generator, (count, 28, 28) uint8."""
    rng = np.random.default_rng(seed)
    return np.stack([generate(rng) for _ in range(count)])


def count_components(image: np.ndarray) -> int:
    """Return the number of connected components that are larger than a speck."""
    ink = (image > 60).astype(np.uint8)
    _, _, statistics, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return int((statistics[1:, cv2.CC_STAT_AREA] >= 4).sum())


@pytest.mark.parametrize("generate", EACH, ids=lambda generate: generate.__name__)
def test_generators_make_varied_images_of_mnist_shape(generate) -> None:
    """Images are uint8 of 28 × 28, use the range of gray values, and differ from each other."""
    images = generate_many(generate)
    assert images.shape == (40, 28, 28)
    assert images.dtype == np.uint8
    assert np.median(images.max(axis=(1, 2))) > 150
    assert len(np.unique(images.reshape(40, -1), axis=0)) >= 35


@pytest.mark.parametrize("generate", EACH, ids=lambda generate: generate.__name__)
def test_the_same_seed_gives_the_same_images(generate) -> None:
    """Another seed gives other images."""
    first, again, other = (generate_many(generate, 5, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_the_mixture_is_drawn_from_the_list_of_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator that is listed twice is chosen twice as often."""

    def black(rng: np.random.Generator) -> np.ndarray:
        return np.zeros((28, 28), np.uint8)

    def white(rng: np.random.Generator) -> np.ndarray:
        return np.full((28, 28), 255, np.uint8)

    monkeypatch.setattr(non_digits, "GENERATORS", (black, white, white))
    images = make_non_digits(3000, np.random.default_rng(0))
    assert images.shape == (3000, 28, 28)
    assert (images[:, 0, 0] == 255).mean() == pytest.approx(2 / 3, abs=0.05)


def test_words_are_wider_than_letters() -> None:
    """Two or three letters side by side are fitted by their width."""

    def width_by_height(images: np.ndarray) -> float:
        columns = (images.max(axis=1) > 25).sum(axis=1)
        rows = (images.max(axis=2) > 25).sum(axis=1)
        return float(np.median(columns / rows))

    words, letters = (
        width_by_height(generate_many(generate))
        for generate in (non_digits.write_word, non_digits.write_letter)
    )
    assert words > 1.4 * letters


def test_shapes_are_filled() -> None:
    """They have more gray pixels than strokes have, since they are not black and white."""

    def gray_fraction(images: np.ndarray) -> float:
        return float(((images > 30) & (images < 225)).mean())

    shapes, letters = (
        gray_fraction(generate_many(generate, 100))
        for generate in (non_digits.fill_shape, non_digits.write_letter)
    )
    assert shapes > 1.2 * letters


@pytest.mark.parametrize(
    ("scribble", "fewest", "most"),
    [
        (non_digits.spiral, 1, 1),
        (non_digits.zigzag, 1, 1),
        (non_digits.tangle, 1, 1),
        (non_digits.closed_tangle, 1, 1),
        (non_digits.loops, 1, 1),
        (non_digits.burst, 4, 9),
        (non_digits.several_lines, 3, 7),
    ],
)
def test_scribbles_have_as_many_strokes_as_they_say(scribble, fewest: int, most: int) -> None:
    """Each stroke is an array of points (k, 2)."""
    assert scribble in SCRIBBLES
    rng = np.random.default_rng(0)
    for strokes in (scribble(rng) for _ in range(20)):
        assert fewest <= len(strokes) <= most
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in strokes)


def test_a_spiral_goes_round_at_least_twice() -> None:
    """The direction of its line turns by more than 720° in all."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        (stroke,) = non_digits.spiral(rng)
        steps = np.diff(stroke, axis=0)
        turned = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        assert abs(turned[-1] - turned[0]) > 4 * np.pi * 0.9


def test_digits_that_stay_digits_are_neither_mirrored_nor_rotated(digits: Split) -> None:
    """A mirrored 8 is still an 8, so only some digits are used, mirrored and rotated in turn."""
    images = flip_and_rotate(digits)
    mirrored = digits.images[::2][np.isin(digits.labels[::2], MIRRORED)]
    rotated = digits.images[1::2][np.isin(digits.labels[1::2], ROTATED)]
    assert images.dtype == np.uint8
    assert len(images) == len(mirrored) + len(rotated) < len(digits.images)
    np.testing.assert_array_equal(images[0], np.fliplr(mirrored[0]))
    np.testing.assert_array_equal(images[-1], np.rot90(rotated[-1]))


def test_an_image_of_several_digits_has_several_components(digits: Split) -> None:
    """Digits are separated by a gap, unlike the single digits that they are made of."""
    images = make_multi_digit(digits, 60, np.random.default_rng(0))
    assert images.shape == (60, 28, 28)
    assert images.dtype == np.uint8
    several = np.mean([count_components(image) >= 2 for image in images])
    single = np.mean([count_components(image) >= 2 for image in digits.images])
    assert several > 0.85
    assert single < 0.3


def test_the_same_seed_joins_the_same_digits(digits: Split) -> None:
    """Another seed joins others."""
    first, again, other = (
        make_multi_digit(digits, 5, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_glyphs_fit_their_box(name: str) -> None:
    """Every stroke has two points or more, in a box of about 1 × 1."""
    for points in HANDWRITTEN[name]:
        assert len(points) >= 2
        assert np.min(points) >= 0
        assert np.max(points) <= 1.2
