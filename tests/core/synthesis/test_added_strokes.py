"""Tests of mnist_core.synthesis.added_strokes: slashes, flags and bars."""

import cv2
import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.synthesis.added_strokes import ADDED_STROKES, add_strokes


@pytest.mark.parametrize("digit", ADDED_STROKES)
def test_strokes_only_add_ink(digit: int, data: Mnist) -> None:
    """No pixel gets darker, every image gets some ink, and the original stays as it was."""
    images = data.train.images[:600][data.train.labels[:600] == digit]
    before = images.copy()
    rng = np.random.default_rng(0)
    changed = add_strokes(images, np.full(len(images), digit), rng)
    assert changed.dtype == np.uint8
    assert (changed >= before).all()
    assert (changed != before).any(axis=(1, 2)).mean() > 0.95
    assert (images == before).all()


@pytest.mark.parametrize("digit", ADDED_STROKES)
@pytest.mark.parametrize("bright_rows", [[], [0], [14], [27]])
def test_an_image_with_hardly_any_ink_is_no_error(digit: int, bright_rows: list[int]) -> None:
    """Nothing is divided by zero, and a 1 and what has no ink stay as they are."""
    image = np.zeros((28, 28), np.uint8)
    image[bright_rows] = 255
    rng = np.random.default_rng(0)
    with np.errstate(all="raise"):
        changed = add_strokes(np.tile(image, (20, 1, 1)), np.full(20, digit), rng)
    assert changed.dtype == np.uint8
    assert (changed >= image).all()
    if digit == 1 or not bright_rows:
        assert (changed == image).all()


def test_some_slashes_through_a_zero_are_upright() -> None:
    """A stroke that is nearly vertical leaves the columns beside the middle empty."""
    zero = cv2.ellipse(np.zeros((28, 28), np.uint8), (14, 14), (7, 9), 0, 0, 360, 255, 2)
    rng = np.random.default_rng(0)
    slashed = add_strokes(np.tile(zero, (200, 1, 1)), np.zeros(200, int), rng)
    inside = slashed[:, 11:17, 9:19] > 100
    widths = inside.any(axis=1).sum(axis=1)
    assert 0.1 < (widths <= 5).mean() < 0.35


def test_no_images_are_no_error() -> None:
    """There is nothing to draw on."""
    nothing = np.zeros((0, 28, 28), np.uint8)
    changed = add_strokes(nothing, np.zeros(0, np.uint8), np.random.default_rng(0))
    assert changed.shape == nothing.shape
