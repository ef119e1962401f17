"""Tests of mnist_core.synthesis.added_strokes: slashes, flags and bars."""

import cv2
import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.synthesis.added_strokes import ADDED_STROKES, slash_zero


@pytest.mark.parametrize("digit", ADDED_STROKES)
def test_strokes_only_add_ink(digit: int, data: Mnist) -> None:
    """No pixel gets darker, every image gets some ink, and the original stays as it was."""
    images = data.train.images[:600][data.train.labels[:600] == digit]
    before = images.copy()
    rng = np.random.default_rng(0)
    changed = np.stack([ADDED_STROKES[digit](image, rng) for image in images])
    assert changed.dtype == np.uint8
    assert (changed >= before).all()
    assert (changed != before).any(axis=(1, 2)).mean() > 0.95
    assert (images == before).all()


@pytest.mark.parametrize("digit", ADDED_STROKES)
@pytest.mark.parametrize("bright_rows", [[], [0], [14], [27]])
def test_an_image_with_hardly_any_ink_is_no_error(digit: int, bright_rows: list[int]) -> None:
    """Nothing is divided by zero, and a 1 stays as it is."""
    image = np.zeros((28, 28), np.uint8)
    image[bright_rows] = 255
    rng = np.random.default_rng(0)
    with np.errstate(all="raise"):
        changed = np.stack([ADDED_STROKES[digit](image, rng) for _ in range(20)])
    assert changed.dtype == np.uint8
    assert (changed >= image).all()
    if digit == 1:
        assert (changed == image).all()


def test_some_slashes_through_a_zero_are_upright() -> None:
    """A stroke that is nearly vertical leaves the columns beside the middle empty."""
    zero = cv2.ellipse(np.zeros((28, 28), np.uint8), (14, 14), (7, 9), 0, 0, 360, 255, 2)
    rng = np.random.default_rng(0)
    inside = np.stack([slash_zero(zero, rng) for _ in range(200)])[:, 11:17, 9:19] > 100
    widths = inside.any(axis=1).sum(axis=1)
    assert 0.1 < (widths <= 5).mean() < 0.35
