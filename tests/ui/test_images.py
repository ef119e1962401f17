"""Tests of values and attribution maps as color images."""

import base64
import re

import cv2
import numpy as np

from ui.images import color_signed, overlay_attribution, picture_html


def test_positive_is_white_negative_is_blue_and_zero_is_black() -> None:
    """The largest magnitude gets the full color."""
    black, white, half, blue = color_signed(np.array([0.0, 2.0, 1.0, -2.0]))
    assert black.tolist() == [0, 0, 0]
    assert white.tolist() == [255, 255, 255]
    assert half.tolist() == [128, 128, 128]
    assert blue[2] == 255 > blue[1] > blue[0]


def test_a_map_of_zeros_is_black() -> None:
    """There is no division by zero."""
    assert not color_signed(np.zeros((3, 3))).any()


def test_an_attribution_map_is_enlarged_over_the_digit() -> None:
    """A coarse map of 2 × 2 covers a quarter of the digit with each cell."""
    image = np.full((28, 28), 0.5, np.float32)
    picture = overlay_attribution(image, np.array([[1.0, 0.0], [0.0, -1.0]]), scale=1.0)
    supports, neutral, opposes = picture[0, 0], picture[0, 27], picture[27, 27]
    assert supports[0] > supports[2]
    assert opposes[2] > opposes[0]
    assert len(set(neutral.tolist())) == 1 and neutral[0] > 0
    assert (picture[:14, :14] == supports).all()


def test_a_color_image_keeps_its_colors_in_html() -> None:
    """The data URL contains the image as RGB."""
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[0, 0] = (250, 120, 10)
    html = picture_html(picture, 'A "quoted" name')
    content = base64.b64decode(re.search('base64,([^"]+)', html)[1])
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    np.testing.assert_array_equal(decoded, picture)
    assert "A &quot;quoted&quot; name" in html
