"""Reading of image files, with limits on size and memory and one message per kind of problem.

The size of an image is read from its header, and images that are too large are rejected before any
pixel is decoded. One image is decoded at a time in the whole process, and what is returned has at
most `WORKING_PIXELS` pixels, so that the memory of the steps that follow is bounded as well. With
these limits, decoding an image takes less than 350 MB in addition to the libraries. The limits
differ by format: most JPEG files can be decoded at a fraction of their size, other files only as a
whole.
"""

from __future__ import annotations

import io
import os
import re
import threading
from pathlib import Path

import numpy as np
from PIL import Image

from mnist_core.errors import MnistError
from mnist_core.files import MAX_FILE_MEGABYTES, MEGABYTE
from mnist_core.messages import message
from mnist_core.preprocessing.image_decoding import decode

FORMATS: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
EXPECTED = message("expected a PNG, JPEG, WebP, HEIC, BMP, TIFF or GIF image")
MAX_SIDE = 12_000
# Limits in pixels by the kind of file, chosen such that decoding needs about the same memory.
MAX_PIXELS = {
    "JPEG": 80_000_000,
    "JPEG in several scans": 30_000_000,
    "HEIF": 25_000_000,
    "WEBP": 16_000_000,
    # Run-length encoded bitmaps are decoded by a loop in Python.
    "BMP, run-length encoded": 4_000_000,
}
MAX_PIXELS_OTHERWISE = 25_000_000
# A JPEG file with more scans would take minutes; a progressive one has about ten.
MAX_JPEG_SCANS = 100
# An HEIC image that is composed of layers, each of them decoded as a whole.
HEIF_OVERLAY = re.compile(rb"infe.{4,16}iovl", re.DOTALL)

_decoder_lock = threading.Lock()


class ImageFileError(MnistError):
    """The file is not a readable image, or it is too large."""


def read_image(content: bytes) -> np.ndarray:
    """Decode an image, rotated upright by its EXIF orientation.

    Args:
        content: A file in one of `FORMATS`, or HEIC, the format of some phones.

    Returns:
        (h, w, 3) uint8 RGB, or (h, w, 4) uint8 RGBA if most of it is transparent. Images of more
        than `WORKING_PIXELS` pixels are reduced.

    Raises:
        ImageFileError: The file is not an image, too large, animated or truncated.

    Examples:
        >>> content = io.BytesIO()
        >>> Image.new("L", (40, 30), 255).save(content, "PNG")
        >>> read_image(content.getvalue()).shape
        (30, 40, 3)
    """
    _check_length(len(content))
    with _decoder_lock:
        picture = _open(content)
        try:
            _check_size(picture, content)
            return decode(picture)
        except ImageFileError:
            raise
        except Exception as error:  # Pillow raises many types without a common base class.
            raise ImageFileError(
                message(
                    "This image is damaged or truncated; expected a complete file. Save or send "
                    "it again."
                )
            ) from error


def read_image_file(path: Path) -> np.ndarray:
    """Decode the image in a file, as `read_image` does.

    A file that is too large is not read as a whole, so that its size does not matter.

    Args:
        path: A file in one of `FORMATS`, or HEIC.

    Returns:
        As `read_image`.

    Raises:
        ImageFileError: The file is not an image, too large, animated or truncated.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(MAX_FILE_MEGABYTES * MEGABYTE + 1)
        _check_length(max(len(content), os.fstat(file.fileno()).st_size))
    return read_image(content)


def _check_length(length: int) -> None:
    """Reject a file of too many bytes.

    Raises:
        ImageFileError: The file is too large.
    """
    if length > MAX_FILE_MEGABYTES * MEGABYTE:
        raise ImageFileError(
            message(
                "This file has {size:,.0f} MB; expected at most {megabytes} MB. Crop the image to "
                "the digit, or make it smaller.",
                size=length / MEGABYTE,
                megabytes=MAX_FILE_MEGABYTES,
            )
        )


def _open(content: bytes) -> Image.Image:
    """Read the header of an image file."""
    formats = FORMATS
    if content[4:8] == b"ftyp":
        _register_heif()
        formats = ("HEIF",)
    try:
        return Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError as error:
        raise ImageFileError(
            message(
                "This image is too large, over 170 million pixels; expected at most {most:,} "
                "pixels. Crop it to the digit, or make it smaller.",
                most=MAX_PIXELS_OTHERWISE,
            )
        ) from error
    except Exception as error:  # Pillow raises many types without a common base class.
        raise ImageFileError(
            message(
                "This file is not a readable image; {expected}. Choose another file, or take a "
                "screenshot of the image.",
                expected=EXPECTED,
            )
        ) from error


def _register_heif() -> None:
    import pillow_heif

    # Images of depth, previews and other attachments are not needed.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    pillow_heif.options.DECODE_THREADS = 2


def _check_size(picture: Image.Image, content: bytes) -> None:
    """Reject an image that would take too much memory or time, by what its header says.

    Raises:
        ImageFileError: The image is too large, or there are several.
    """
    width, height = picture.size
    tags = getattr(picture, "tag_v2", {})
    # A TIFF file may be stored in tiles that are larger than the image.
    decoded = max(width, _as_length(tags.get(322))) * max(height, _as_length(tags.get(323)))
    limit = MAX_PIXELS.get(_find_kind(picture, content), MAX_PIXELS_OTHERWISE)
    if max(width, height) > MAX_SIDE or decoded > limit:
        raise ImageFileError(
            message(
                "This image is too large, {width:,} × {height:,} pixels; expected at most "
                "{most:,} pixels per side and {limit:,} pixels in all. Crop it to the digit, or "
                "make it smaller.",
                width=width,
                height=height,
                most=MAX_SIDE,
                limit=limit,
            )
        )
    if picture.format == "JPEG" and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise ImageFileError(
            message(
                "This JPEG file has too many scans; expected at most {most}. Take a screenshot of "
                "the image.",
                most=MAX_JPEG_SCANS,
            )
        )
    # Some phones store a second image in one file; the first or primary one is the photograph.
    one_image = picture.format in {"MPO", "HEIF"} or not getattr(picture, "is_animated", False)
    if not one_image or (picture.format == "HEIF" and HEIF_OVERLAY.search(content)):
        raise ImageFileError(
            message(
                "This file has several images, such as an animation, pages or layers; expected a "
                "single one. Save the image that shows the digit as a separate file."
            )
        )


def _find_kind(picture: Image.Image, content: bytes) -> str:
    """Return the kind of file, a key of `MAX_PIXELS` if it has a limit of its own."""
    if picture.format in {"JPEG", "MPO"}:
        return "JPEG" if _has_single_scan(content) else "JPEG in several scans"
    if picture.format == "BMP" and any(
        tile[0] == "bmp_rle" for tile in getattr(picture, "tile", ())
    ):
        return "BMP, run-length encoded"
    return picture.format or ""


def _has_single_scan(content: bytes) -> bool:
    """Return whether a JPEG file is decoded row by row.

    This is so if its first scan has all components and it is not progressive; of other files, all
    coefficients are held in memory.
    """
    position, components = 2, 0
    while position + 10 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        if marker in {0xC0, 0xC1}:
            components = content[position + 9]
        if marker == 0xDA:
            return content[position + 4] == components
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return False


def _as_length(value: object) -> int:
    return value if isinstance(value, int) else 0
