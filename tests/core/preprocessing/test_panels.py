"""Tests of mnist_core.preprocessing.panels: squares, plots and sheets that show the writing."""

import cv2
import numpy as np
import pytest

from mnist_core.preprocessing.panels import crop_to_panel


def draw_seven(pixels: np.ndarray, left: int, top: int, size: int, ink: int) -> None:
    """Draw a 7 into pixels."""
    points = np.array([(0, 0), (0.6, 0), (0.25, 1)]) * size + [left, top]
    cv2.polylines(pixels, [points.astype(np.int32)], False, (ink, ink, ink), max(2, size // 12))


@pytest.mark.parametrize("filled", [True, False])
def test_a_panel_is_cropped_to_its_inside(filled: bool) -> None:
    """A filled square or a frame with ticks; what surrounds it is left out."""
    page = np.full((400, 500, 3), 255, np.uint8)
    cv2.rectangle(page, (100, 80), (320, 300), (0, 0, 0), -1 if filled else 1)
    cv2.line(page, (94, 150), (100, 150), (0, 0, 0))
    cv2.putText(page, "5", (70, 155), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0))
    draw_seven(page, 170, 130, 120, 255 if filled else 0)
    panel = crop_to_panel(page)
    height, width = panel.pixels.shape[:2]
    assert 200 <= height <= 220 and 200 <= width <= 220
    x, y, _ = panel.to_picture @ [0, 0, 1]
    assert (x, y) == pytest.approx((104, 84), abs=5)


def test_a_tilted_sheet_is_rectified() -> None:
    """The map leads back to the picture."""
    page = np.full((500, 600, 3), 40, np.uint8)
    corners = np.array([(120, 90), (480, 120), (470, 420), (100, 380)], np.int32)
    cv2.fillConvexPoly(page, corners, (230, 230, 230))
    draw_seven(page, 250, 170, 150, 20)
    panel = crop_to_panel(page)
    height, width = panel.pixels.shape[:2]
    assert 330 <= width <= 365 and 270 <= height <= 305
    for (x, y), corner in zip([(0, 0), (width, height)], corners[[0, 2]], strict=True):
        moved = panel.to_picture @ [x, y, 1]
        assert np.abs(moved[:2] / moved[2] - corner).max() < 12


@pytest.mark.parametrize("thickness", [12, 60])
def test_a_digit_is_not_a_panel(thickness: int) -> None:
    """Neither a 0 nor a 1, however thick."""
    page = np.full((400, 400, 3), 255, np.uint8)
    cv2.ellipse(page, (200, 200), (90, 130), 0, 0, 360, (0, 0, 0), thickness)
    assert crop_to_panel(page).pixels.shape == page.shape
    page[:] = 255
    cv2.line(page, (220, 60), (180, 340), (0, 0, 0), thickness)
    assert crop_to_panel(page).pixels.shape == page.shape
