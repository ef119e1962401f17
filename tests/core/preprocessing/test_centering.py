"""Cropping, stroke width and resampling of ink maps."""

import numpy as np
import pytest

from mnist_core.preprocessing.centering import (
    FAINT,
    average_pixels,
    crop_to_ink,
    ink_bounds,
    measure_strokes,
    normalize_ink,
    slant,
)


def test_cropping_keeps_all_ink_and_no_margin() -> None:
    """Two dots at opposite corners span the crop."""
    ink = np.zeros((9, 12), np.float32)
    ink[2, 10] = ink[6, 3] = 1
    assert ink_bounds(ink) == (slice(2, 7), slice(3, 11))
    cropped = crop_to_ink(ink)
    assert cropped.shape == (5, 8)
    assert cropped.sum() == 2


def test_faint_values_are_background() -> None:
    """A value at the threshold is cropped away, a larger one is not."""
    ink = np.zeros((5, 5), np.float32)
    ink[1, 1], ink[3, 3] = FAINT, 0.11
    assert crop_to_ink(ink).tolist() == [[pytest.approx(0.11)]]


def test_no_ink_gives_an_empty_crop() -> None:
    """The crop has no rows and no columns, and there is no image."""
    assert crop_to_ink(np.zeros((5, 5), np.float32)).shape == (0, 0)
    assert normalize_ink(np.zeros((5, 5), np.float32)) is None


@pytest.mark.parametrize("width", [8, 16, 32])
def test_the_width_of_a_bar_is_measured(width: int) -> None:
    """A long bar's width is found to within a tenth."""
    ink = np.zeros((600, 100), np.float32)
    ink[50:550, 20 : 20 + width] = 1
    assert measure_strokes(ink)[0] == pytest.approx(width, rel=0.1)


@pytest.mark.parametrize("width", [4, 40])
def test_thin_and_thick_strokes_become_usual(width: int) -> None:
    """Without it, the bars would be 0.4 and 4 of 20 pixels wide."""
    ink = np.zeros((300, 300), np.float32)
    ink[50:250, 100 : 100 + width] = 1
    image = normalize_ink(ink)
    assert image is not None
    assert 1.8 < image[10:18].sum(axis=1).mean() < 3.5


def test_resampling_averages_areas() -> None:
    """Each output pixel is the mean of a square; the origin moves the ink."""
    ink = np.random.default_rng(0).random((56, 56)).astype(np.float32)
    blocks = ink.reshape(28, 2, 28, 2).mean(axis=(1, 3))
    assert average_pixels(ink, (2, 2), (0, 0)) == pytest.approx(blocks, abs=1e-5)
    moved = average_pixels(ink, (2, 2), (3, 5))
    assert moved[3:, 5:] == pytest.approx(blocks[:-3, :-5], abs=1e-5)
    assert moved[:3].max() == moved[:, :5].max() == 0


def test_slanting_shifts_the_top_and_crops() -> None:
    """A vertical line of 100 pixels with a lean of 0.3 becomes about 30 pixels wider."""
    ink = np.zeros((100, 40), np.float32)
    ink[:, 18:22] = 1
    slanted = slant(ink, 0.3)
    assert slanted.shape == pytest.approx((100, 34), abs=2)
    assert slanted[5, -8:].max() > 0.9
    assert slanted[-5, :8].max() > 0.9
    assert slant(np.zeros((10, 10), np.float32), 0.3).shape == (1, 1)
