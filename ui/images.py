"""Digits as pictures: white ink on black, enlarged without smoothing."""

import base64
from html import escape

import cv2
import numpy as np


def to_bytes(image: np.ndarray) -> np.ndarray:
    """Return an image as (…) uint8, whether it is float in 0..1 or uint8 already."""
    if image.dtype == np.uint8:
        return image
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def encode_png(image: np.ndarray) -> bytes:
    """Encode an image, (h, w) gray or (h, w, 3) BGR, float in 0..1 or uint8, as PNG."""
    return cv2.imencode(".png", to_bytes(image))[1].tobytes()


def data_uri(image: np.ndarray) -> str:
    """Return an image that `encode_png` takes as an address that HTML can show."""
    return f"data:image/png;base64,{base64.b64encode(encode_png(image)).decode()}"


def digit_html(image: np.ndarray, description: str, width: str = "100%") -> str:
    """Return an <img> of a digit, (28, 28) float in 0..1 or uint8, with crisp pixels.

    Args:
        image: The digit.
        description: What a screen reader says.
        width: Any CSS width.
    """
    return (
        f'<img class="digit" src="{data_uri(image)}" alt="{escape(description)}" '
        f'style="width:{width}">'
    )


def compose_sheet(images: np.ndarray, columns: int, scale: int = 1, gap: int = 1) -> np.ndarray:
    """Lay images out in one picture, row by row.

    Args:
        images: (n, h, w) float in 0..1 or uint8.
        columns: Images a row.
        scale: By how much each pixel is enlarged.
        gap: Black pixels between images, before enlarging.

    Returns:
        (height, width) uint8.
    """
    count, height, width = images.shape
    rows = -(-count // columns)
    cell_height, cell_width = height + gap, width + gap
    sheet = np.zeros((rows * cell_height - gap, columns * cell_width - gap), np.uint8)
    for index, image in enumerate(to_bytes(images)):
        top, left = index // columns * cell_height, index % columns * cell_width
        sheet[top : top + height, left : left + width] = image
    return sheet.repeat(scale, axis=0).repeat(scale, axis=1)
