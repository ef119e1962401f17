"""Decoding of image files, with size limits and one message per kind of problem."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps

from mnist_core.errors import MnistError

FORMATS: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
EXPECTED = "expected a PNG, JPEG, WebP, HEIC, BMP, TIFF or GIF image"
# Larger images are rejected before they are decoded.
LARGEST_SIDE = 12_000
MOST_PIXELS = 60_000_000
# JPEGs much larger than this are decoded at a half, a quarter or an eighth of their size.
ENOUGH = 1200
# Every so many pixels one is sampled for the color of the paper.
SAMPLED = 97


class ImageFileError(MnistError):
    """The file is not a readable image, or it is too large."""


def read_image(content: bytes) -> np.ndarray:
    """Decode an image, rotated upright by its EXIF orientation.

    Args:
        content: A file in one of `FORMATS`, or HEIC, the format of some phones.

    Returns:
        (h, w, 3) uint8 RGB, or (h, w, 4) uint8 RGBA if most of it is transparent.

    Raises:
        ImageFileError: The file is not an image, too large, animated or truncated.

    Examples:
        >>> content = io.BytesIO()
        >>> Image.new("L", (40, 30), 255).save(content, "PNG")
        >>> read_image(content.getvalue()).shape
        (30, 40, 3)
    """
    formats = FORMATS
    if content[4:8] == b"ftyp":
        from pillow_heif import register_heif_opener

        register_heif_opener()
        formats = ("HEIF",)
    try:
        picture = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError as error:
        raise ImageFileError(_too_large("over 170 million pixels")) from error
    except Exception as error:  # Pillow raises many types without a common base class.
        raise ImageFileError(
            f"This file is not a readable image; {EXPECTED}. Choose another file, or take a "
            "screenshot of the image."
        ) from error
    width, height = picture.size
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise ImageFileError(_too_large(f"{width:,} × {height:,} pixels"))
    try:
        # Some phones store a second image in one file (MPO); the first is the photograph.
        if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
            raise ImageFileError(
                "This file has several images, such as an animation or pages; expected a single "
                "one. Save the image that shows the digit as a separate file."
            )
        picture.draft(None, (ENOUGH, ENOUGH))
        upright = ImageOps.exif_transpose(picture)
        return _as_pixels(upright)
    except ImageFileError:
        raise
    except Exception as error:
        raise ImageFileError(
            "This image is damaged or truncated; expected a complete file. Save or send it again."
        ) from error


def _too_large(size: str) -> str:
    return (
        f"This image is too large, {size}; expected at most {LARGEST_SIDE:,} pixels per side and "
        f"{MOST_PIXELS // 1_000_000} million in all. Crop it to the digit, or make it smaller."
    )


def _as_pixels(picture: Image.Image) -> np.ndarray:
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        values = np.asarray(picture, np.float32)
        top = 65535 if values.max() > 255 else 255
        gray = np.clip(values * (255 / top), 0, 255).astype(np.uint8)
        return np.stack([gray] * 3, axis=2)
    if picture.has_transparency_data:
        pixels = np.array(picture.convert("RGBA"))
        opaque = pixels[..., 3] >= 128
        if opaque.mean() < 0.5:
            return pixels
        # Transparent parts, such as a window's rounded corners, get the color of the paper.
        pixels[~opaque] = np.median(pixels[opaque][::SAMPLED], axis=0)
        return pixels[..., :3].copy()
    return np.array(picture.convert("RGB"))
