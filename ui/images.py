"""Digits, computed values and attribution maps as images.

Digits are white ink on black, enlarged without smoothing. Values use the same colors: 0 is black,
positive values are white. Negative values are blue, so a map without negative values is gray.
"""

import base64
from html import escape

import cv2
import numpy as np

from mnist_core.preprocessing.scaling import as_uint8

POSITIVE = np.array([255, 255, 255], np.float32)
NEGATIVE = np.array([64, 140, 255], np.float32)
SUPPORTS = np.array([255, 150, 40], np.float32)
OPPOSES = NEGATIVE
INK_BRIGHTNESS = 0.45
MARK = (240, 120, 40)
"""RGB of outlines and marks."""

GAP = 60
"""The gray of the lines between maps."""

OUTLIER_FRACTION = 0.02
"""The fraction of a layer's values that may exceed its scale, so that they darken no others."""


def encode_png(image: np.ndarray) -> bytes:
    """Encode an image, (h, w) gray or (h, w, 3) BGR, float in 0..1 or uint8, as PNG."""
    return cv2.imencode(".png", as_uint8(image))[1].tobytes()


def data_uri(image: np.ndarray) -> str:
    """Return an image, of the kinds that `encode_png` takes, as a data URL for HTML."""
    return f"data:image/png;base64,{base64.b64encode(encode_png(image)).decode()}"


def photo_uri(pixels: np.ndarray) -> str:
    """Return a photograph, (h, w, 3) uint8 RGB, as a data URL of a JPEG."""
    content = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(content.tobytes()).decode()}"


def digit_html(image: np.ndarray, description: str, width: str = "100%") -> str:
    """Return an <img> of a digit, (28, 28) float in 0..1 or uint8, with crisp pixels.

    Args:
        image: The digit.
        description: The text for screen readers.
        width: Any CSS width.
    """
    return (
        f'<img class="digit" src="{data_uri(image)}" alt="{escape(description)}" '
        f'style="width:{width}">'
    )


def compose_sheet(images: np.ndarray, columns: int, scale: int = 1, gap: int = 1) -> np.ndarray:
    """Arrange images in one large image, row by row.

    Args:
        images: (n, h, w) float in 0..1 or uint8.
        columns: Images per row.
        scale: The factor by which each pixel is enlarged.
        gap: Black pixels between images, before enlarging.

    Returns:
        (height, width) uint8.
    """
    count, height, width = images.shape
    rows = -(-count // columns)
    cell_height, cell_width = height + gap, width + gap
    sheet = np.zeros((rows * cell_height - gap, columns * cell_width - gap), np.uint8)
    for index, image in enumerate(as_uint8(images)):
        top, left = index // columns * cell_height, index % columns * cell_width
        sheet[top : top + height, left : left + width] = image
    return sheet.repeat(scale, axis=0).repeat(scale, axis=1)


def color_signed(values: np.ndarray, scale: float | None = None) -> np.ndarray:
    """Color values by sign and magnitude; 0 is black.

    Args:
        values: Float, of any shape.
        scale: The magnitude that gets the full color; by default the largest one.

    Returns:
        The shape of `values` with a last axis of 3, uint8 RGB.
    """
    scale = scale or float(np.abs(values).max()) or 1.0
    relative = np.clip(values / scale, -1, 1)[..., np.newaxis]
    return np.rint(np.where(relative > 0, relative * POSITIVE, -relative * NEGATIVE)).astype(
        np.uint8
    )


def as_rgb(image: np.ndarray) -> np.ndarray:
    """Return a gray image, (h, w), as (h, w, 3) RGB of the same type."""
    return np.repeat(image[..., np.newaxis], 3, axis=2)


def compose_maps(maps: np.ndarray, chosen: int | None = None) -> np.ndarray:
    """Compose the maps of a layer into one picture, row by row, all on one scale.

    Args:
        maps: (h, w, n) float.
        chosen: The map that is outlined, if any.

    Returns:
        (height, width, 3) uint8 RGB, with a line of one pixel around each map.
    """
    height, width, count = maps.shape
    columns = count_columns(count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1, 3), GAP, np.uint8)
    colored = color_signed(maps, find_scale(maps))
    for index in range(count):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        if index == chosen:
            sheet[top : top + height + 2, left : left + width + 2] = MARK
        sheet[top + 1 : top + 1 + height, left + 1 : left + 1 + width] = colored[:, :, index]
    return sheet


def find_scale(values: np.ndarray) -> float:
    """Return the magnitude that gets the full color, 0 for the largest one."""
    return float(np.quantile(np.abs(values), 1 - OUTLIER_FRACTION))


def count_columns(count: int) -> int:
    """Return the number of columns that makes a sheet of `count` squares about square."""
    return 5 if count == 10 else int(np.ceil(np.sqrt(count)))


def overlay_attribution(image: np.ndarray, attribution: np.ndarray, scale: float) -> np.ndarray:
    """Overlay an attribution map on a digit: orange supports the class, blue opposes it.

    Args:
        image: (28, 28) float32 in 0..1 or uint8.
        attribution: (h, w) float, h and w at most 28; enlarged without smoothing.
        scale: The magnitude that gets the full color.

    Returns:
        (28, 28, 3) uint8 RGB.
    """
    side = image.shape[0]
    rows = np.arange(side) * attribution.shape[0] // side
    columns = np.arange(side) * attribution.shape[1] // side
    enlarged = attribution[np.ix_(rows, columns)]
    opacity = np.clip(np.abs(enlarged) / scale, 0, 1)[..., np.newaxis]
    color = np.where(enlarged[..., np.newaxis] > 0, SUPPORTS, OPPOSES)
    ink = as_uint8(image)[..., np.newaxis] * INK_BRIGHTNESS
    return np.rint(opacity * color + (1 - opacity) * ink).astype(np.uint8)


def picture_html(picture: np.ndarray, description: str, width: str = "100%") -> str:
    """Return an <img> of a color image, (h, w, 3) uint8 RGB, with crisp pixels."""
    height, columns = picture.shape[:2]
    return (
        f'<img class="picture" src="{data_uri(picture[..., ::-1])}" alt="{escape(description)}" '
        f'style="width:{width};aspect-ratio:{columns}/{height}">'
    )
