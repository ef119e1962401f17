"""Tests of ui.drawing.pen_up: what a browser sends is a small PNG, or nothing."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from ui.drawing.pen_up import decode_png


def as_data_url(picture: Image.Image, kind: str = "PNG") -> str:
    """Return a picture as the browser sends it."""
    content = io.BytesIO()
    picture.save(content, kind)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def test_a_drawing_keeps_its_pixels():
    """Color and transparency arrive as they were sent."""
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 4), np.uint8)
    np.testing.assert_array_equal(decode_png(as_data_url(Image.fromarray(pixels, "RGBA"))), pixels)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "data:image/png;base64,",
        "data:image/png;base64,%%%",
        as_data_url(Image.new("RGB", (8, 8)), "BMP"),
        as_data_url(Image.new("1", (3_000, 3_000))),
        as_data_url(Image.new("RGB", (80, 80)))[:-200],
    ],
)
def test_anything_else_is_no_drawing(value):
    """Other types, other formats, too many pixels and cut off files give None."""
    assert decode_png(value) is None
