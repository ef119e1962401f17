"""Tests of mnist_core.preprocessing.image_file: formats, orientation and damaged files."""

import contextlib
import io
from collections.abc import Callable

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from mnist_core.preprocessing.image_file import ImageFileError, read_image

SEVEN = np.array([(0.1, 0.1), (0.8, 0.1), (0.4, 1.0)])


def save(picture: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    """Return the bytes of a picture's file."""
    content = io.BytesIO()
    picture.save(content, kind, **settings)
    return content.getvalue()


def draw_seven(width: int = 200, height: int = 160, mode: str = "RGB") -> Image.Image:
    """Draw a dark 7 on white."""
    pixels = np.full((height, width), 255, np.uint8)
    points = (SEVEN * 0.6 * height + 0.15 * height).astype(np.int32)
    cv2.polylines(pixels, [points], False, 20, max(3, height // 12), cv2.LINE_AA)
    return Image.fromarray(pixels).convert(mode)


def differ(one: np.ndarray, other: np.ndarray) -> float:
    """Return the mean absolute difference of two pictures, 0..255."""
    assert one.dtype == other.dtype == np.uint8
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_every_format_is_read(kind: str) -> None:
    """The format is detected from the first bytes."""
    assert differ(read_image(save(draw_seven(), kind)), np.asarray(draw_seven())) < 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_pixel_format_is_read(mode: str) -> None:
    """From 1 to 16 bits, with a palette, and CMYK."""
    picture = draw_seven(mode="L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    content = save(picture, "TIFF" if mode == "CMYK" else "PNG")
    assert differ(read_image(content), np.asarray(draw_seven())) < 5


def test_ink_on_a_transparent_background_keeps_its_alpha_channel() -> None:
    """Ink and background differ in this channel only."""
    opacity = 255 - np.asarray(draw_seven(mode="L"))
    pixels = np.zeros((*opacity.shape, 4), np.uint8)
    pixels[..., 3] = opacity
    np.testing.assert_array_equal(read_image(save(Image.fromarray(pixels))), pixels)


def test_transparent_corners_become_paper() -> None:
    """A screenshot has a few transparent pixels, which would otherwise be black."""
    seven = draw_seven()
    opacity = Image.new("L", seven.size, 0)
    ImageDraw.Draw(opacity).rounded_rectangle((0, 0, *seven.size), 24, 255)
    cut = Image.composite(seven, Image.new("RGB", seven.size), opacity)
    cut.putalpha(opacity)
    assert differ(read_image(save(cut)), np.asarray(seven)) < 1


def test_heic_is_read() -> None:
    """The format in which some phones store photographs."""
    content = io.BytesIO()
    pillow_heif.from_pillow(draw_seven()).save(content)
    assert differ(read_image(content.getvalue()), np.asarray(draw_seven())) < 5


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_the_camera_is_applied(orientation: int) -> None:
    """For each of the eight orientations of EXIF."""
    upright = np.asarray(draw_seven())
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = save(Image.fromarray(np.ascontiguousarray(stored)), exif=exif)
    np.testing.assert_array_equal(read_image(content), upright)


def test_the_first_picture_of_a_photograph_file_is_read() -> None:
    """The second is a preview, or the other half of a stereo pair."""
    content = save(draw_seven(), "MPO", save_all=True, append_images=[draw_seven(20, 16)])
    assert differ(read_image(content), np.asarray(draw_seven())) < 2


def test_a_large_jpeg_is_reduced_while_it_is_decoded() -> None:
    """One of 12 million pixels is decoded at a lower resolution."""
    large = draw_seven(4000, 3000)
    pixels = read_image(save(large, "JPEG"))
    height, width = pixels.shape[:2]
    assert width < large.width
    assert differ(pixels, np.asarray(large.resize((width, height)))) < 5


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "HEIF"])
def test_a_damaged_file_is_read_or_rejected(kind: str) -> None:
    """200 files with random changes; no error but ImageFileError is raised."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = 6
    pages = {"save_all": True, "append_images": [draw_seven()]} if kind == "TIFF" else {}
    whole = save(draw_seven(), kind, exif=exif, **pages)
    rng = np.random.default_rng(0)
    for _ in range(200):
        content = bytearray(whole)
        for position in rng.integers(8, len(whole), rng.integers(1, 8)):
            content[position] = rng.integers(256)
        with contextlib.suppress(ImageFileError):
            assert read_image(bytes(content)).dtype == np.uint8


def make_png_header(width: int, height: int) -> bytes:
    """Return a PNG whose header has a size without pixels for it."""
    small = save(Image.new("L", (1, 1)))
    return small[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + small[24:]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "not a readable image"),
        (lambda: b"Dear reader, this is a letter.", "not a readable image"),
        (lambda: b"%PDF-1.7 ...", "not a readable image"),
        (lambda: save(draw_seven())[:200], "damaged or truncated"),
        (lambda: save(draw_seven(), "JPEG")[:1500], "damaged or truncated"),
        (lambda: save(draw_seven(20_000, 40)), "too large, 20,000 × 40 pixels"),
        (lambda: save(draw_seven(11_000, 6_000), "JPEG"), "too large, 11,000 × 6,000 pixels"),
        (
            lambda: save(
                draw_seven(), "GIF", save_all=True, append_images=[Image.new("RGB", (200, 160))]
            ),
            "several images",
        ),
        (lambda: make_png_header(100_000, 100_000), "(too large|not a readable)"),
    ],
)
def test_unreadable_files_are_rejected(make: Callable[[], bytes], sentence: str) -> None:
    """The message is one line with the problem and what was expected."""
    with pytest.raises(ImageFileError, match=sentence) as raised:
        read_image(make())
    assert "expected" in str(raised.value)
    assert "\n" not in str(raised.value)
