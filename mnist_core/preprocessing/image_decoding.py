"""From an opened image file to upright pixels of a bounded number."""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps

# Larger images are reduced by a whole factor. A page scanned at 200 dpi is not.
WORKING_PIXELS = 4_000_000
# What white may be where pixels are not bytes: floating point from 0 to 1, or 8 to 16 bits.
DEEP_WHITES = (1, 255, 1023, 4095, 65535)
# Every so many pixels one is sampled for the color of the paper.
SAMPLING_STEP = 97


def decode(picture: Image.Image) -> np.ndarray:
    """Decode, reduce and turn an image, in this order.

    Args:
        picture: An image of which only the header was read.

    Returns:
        (h, w, 3) uint8 RGB, or (h, w, 4) uint8 RGBA if most of it is transparent. Images of more
        than `WORKING_PIXELS` pixels are reduced.

    Raises:
        Exception: Of many types, if the file is damaged.
    """
    factor = _find_factor(*picture.size)
    # JPEG files are decoded at a half, a quarter or an eighth of their size.
    picture.draft(None, (picture.width // factor, picture.height // factor))
    orientation = _read_orientation(picture)
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        reduced = _convert_deep(picture)
    else:
        wanted = "RGBA" if picture.has_transparency_data else "RGB"
        if picture.mode != wanted:
            picture = picture.convert(wanted)
        reduced = picture.reduce(_find_factor(*picture.size))
    reduced.info.clear()  # including EXIF data, which may be damaged
    reduced.getexif()[ExifTags.Base.Orientation] = orientation
    ImageOps.exif_transpose(reduced, in_place=True)
    return _as_pixels(reduced)


def _read_orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation that is left to apply.

    It is 1 (upright) if the EXIF data is damaged or says nothing, and for TIFF files, which Pillow
    turns while it decodes them.
    """
    if picture.format == "TIFF":
        return 1
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # Pillow raises many types without a common base class.
        return 1


def _find_factor(width: int, height: int) -> int:
    """Return by how much both sides are divided to leave at most `WORKING_PIXELS` pixels."""
    return min(max(1, math.ceil(math.sqrt(width * height / WORKING_PIXELS))), width, height)


def _convert_deep(picture: Image.Image) -> Image.Image:
    """Reduce an image of 16 or 32 bits per pixel and convert it to 8 bits."""
    values = np.asarray(picture)
    highest = float(values.max(where=np.isfinite(values), initial=0))
    white = next((top for top in DEEP_WHITES if highest <= top), highest)
    if values.dtype != np.uint16:
        values = values.astype(np.float32, copy=False)
    factor = _find_factor(*picture.size)
    size = (picture.width // factor, picture.height // factor)
    values = cv2.resize(values, size, interpolation=cv2.INTER_AREA) * np.float32(255 / white)
    gray = np.clip(np.nan_to_num(values), 0, 255).astype(np.uint8)
    return Image.fromarray(gray).convert("RGB")


def _as_pixels(picture: Image.Image) -> np.ndarray:
    if picture.mode == "RGB":
        return np.array(picture)
    pixels = np.array(picture)
    opaque = pixels[..., 3] >= 128
    if opaque.mean() < 0.5:
        return pixels
    # Transparent parts, such as a window's rounded corners, get the color of the paper.
    pixels[~opaque] = np.median(pixels[opaque][::SAMPLING_STEP], axis=0)
    return pixels[..., :3].copy()
