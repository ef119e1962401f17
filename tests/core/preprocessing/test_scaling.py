"""Conversion between uint8 and float32 pixels."""

import numpy as np

from mnist_core.preprocessing.scaling import as_float, as_uint8


def test_every_uint8_value_survives_a_round_trip() -> None:
    """All 256 values come back after scaling to 0..1."""
    raw = np.arange(256, dtype=np.uint8)
    scaled = as_float(raw)
    assert scaled.dtype == np.float32
    assert (scaled.min(), scaled.max()) == (0, 1)
    assert np.array_equal(as_uint8(scaled), raw)


def test_images_of_the_wanted_type_are_returned_as_they_are() -> None:
    """Neither function copies them or scales them a second time."""
    raw, scaled = np.full((2, 3), 7, np.uint8), np.full((2, 3), 0.5, np.float32)
    assert as_uint8(raw) is raw
    assert as_float(scaled) is scaled


def test_float64_becomes_float32() -> None:
    """Values in 0..1 are kept, not divided by 255."""
    assert as_float(np.array([0.25, 1.0])).tolist() == [0.25, 1.0]
    assert as_float(np.array([0.25, 1.0])).dtype == np.float32


def test_values_are_rounded_and_clipped() -> None:
    """Values outside 0..1 become black or white instead of wrapping around."""
    values = np.array([-0.1, 0.4 / 255, 0.6 / 255, 1.2], np.float32)
    assert as_uint8(values).tolist() == [0, 0, 1, 255]
