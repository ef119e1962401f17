"""Tests of mnist_core.synthesis.strokes: curves and what a pen draws of them."""

import numpy as np

from mnist_core.synthesis.strokes import arc, draw, draw_over, prepare, smooth


def test_a_curve_passes_through_its_points() -> None:
    """Two points stay a straight line."""
    points = np.array([[0, 0], [1, 2], [3, 1], [4, 4]], np.float32)
    curve = smooth(points)
    distances = np.linalg.norm(curve[:, None] - points, axis=2).min(axis=0)
    np.testing.assert_allclose(distances, 0, atol=1e-6)
    np.testing.assert_array_equal(smooth(points[:2]), points[:2])


def test_an_arc_starts_at_the_right_and_runs_clockwise() -> None:
    """With y downwards, 90 degrees is below the center."""
    points = arc((0, 0), (2, 1), 0, 90, 3)
    np.testing.assert_allclose(points[[0, -1]], [[2, 0], [0, 1]], atol=1e-9)


def test_a_drawing_has_the_given_side_margin_and_pen() -> None:
    """A horizontal line of 60 pixels, 6 pixels thick."""
    image = draw([np.array([[0, 0], [1, 0]])], 0.1, 60, 10)
    assert image.shape == (20, 80)
    assert (image[:, 40] > 128).sum() in (6, 7)


def test_drawing_over_an_image_keeps_its_ink() -> None:
    """The original is not changed."""
    image = np.zeros((28, 28), np.uint8)
    image[5] = 200
    changed = draw_over(image[None], [[np.array([[14, 2], [14, 25]])]], [2])[0]
    assert changed[5, 3] == 200
    assert changed[20, 14] > 200
    assert image.max() == 200


def test_an_empty_image_is_prepared_to_a_blank_one() -> None:
    """Without ink there is nothing to fit."""
    assert not prepare(np.zeros((50, 50), np.uint8)).any()
