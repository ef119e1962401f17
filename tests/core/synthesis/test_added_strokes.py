"""Tests of mnist_core.synthesis.added_strokes: slashes, flags and bars."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.synthesis.added_strokes import ADDED_STROKES


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
