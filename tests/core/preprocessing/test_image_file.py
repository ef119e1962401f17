"""Tests of mnist_core.preprocessing.image_file: formats, orientation and damaged files."""

import contextlib
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, TiffImagePlugin

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.preprocessing.image_decoding import WORKING_PIXELS
from mnist_core.preprocessing.image_file import MAX_JPEG_SCANS, ImageFileError, read_image
from tests import PROJECT

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


@pytest.mark.parametrize("mode", ["RGB", "I;16"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_the_camera_is_applied(orientation: int, kind: str, mode: str) -> None:
    """For each of the eight orientations of EXIF, also where Pillow applies it itself."""
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
    if mode == "I;16":
        stored = stored[..., 0].astype(np.uint16) * 257
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = save(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif)
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


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "BMP"])
def test_other_large_images_are_reduced_once_decoded(kind: str) -> None:
    """What follows needs no more memory for them than for others."""
    large = draw_seven(2600, 1700)
    pixels = read_image(save(large, kind))
    assert pixels.shape[0] * pixels.shape[1] <= WORKING_PIXELS
    assert differ(pixels, np.asarray(large.reduce(2))) < 2


def test_a_large_image_of_sixteen_bits_is_reduced() -> None:
    """To the same gray values, turned upright."""
    gray = np.asarray(draw_seven(2600, 1700, "L"))
    exif = Image.Exif()
    exif[0x0112] = 6
    content = save(Image.fromarray(gray.astype(np.uint16) * 257), exif=exif)
    reduced = np.asarray(Image.fromarray(gray).convert("RGB").reduce(2))
    assert differ(read_image(content), np.rot90(reduced, -1)) < 2


@pytest.mark.parametrize(
    ("highest", "dtype"),
    [
        *((highest, np.float32) for highest in (1, 255, 65535)),
        *((highest, np.uint16) for highest in (255, 1023, 4095, 65535)),
        *((highest, np.int32) for highest in (255, 65535)),
    ],
)
def test_deep_pixels_may_have_any_white(highest: int, dtype: type) -> None:
    """Cameras of 10 or 12 bits leave the upper bits empty; NaN and infinity count as black."""
    gray = np.asarray(draw_seven(mode="L"))
    deep: np.ndarray = (gray.astype(np.float64) * highest / 255).astype(dtype)
    if dtype == np.float32:
        deep[0, :2], gray = (np.nan, np.inf), gray.copy()
        gray[0, :2] = 0, 255
    content = save(Image.fromarray(deep), "TIFF")
    assert differ(read_image(content), np.stack([gray] * 3, axis=2)) < 1


def test_an_animation_is_rejected_wherever_it_is_cut() -> None:
    """Pillow raises errors of other types while it looks for the second picture."""
    whole = save(draw_seven(), "GIF", save_all=True, append_images=[draw_seven().rotate(90)])
    for length in range(20, len(whole)):
        with contextlib.suppress(ImageFileError):
            assert read_image(whole[:length]).shape == (160, 200, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_damaged_metadata_do_not_reject_an_image(kind: str) -> None:
    """Only its orientation is lost."""
    content = save(draw_seven(), kind, exif=b"Exif\0\0garbagegarbage")
    assert differ(read_image(content), np.asarray(draw_seven())) < 2


def make_png_header(width: int, height: int) -> bytes:
    """Return a PNG whose header has a size without pixels for it."""
    small = save(Image.new("L", (1, 1)))
    header = b"IHDR" + struct.pack(">2I", width, height) + small[24:29]
    return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]


def make_jpeg_header(width: int, height: int, progressive: bool = False) -> bytes:
    """Return a JPEG that claims a size and holds few pixels of it."""
    small = save(Image.new("RGB", (8, 8)), "JPEG", progressive=progressive)
    start = small.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return small[:start] + struct.pack(">2H", height, width) + small[start + 4 :]


def make_webp_header(width: int, height: int) -> bytes:
    """Return a lossless WebP that claims a size and holds few pixels of it."""
    small = save(Image.new("RGB", (8, 8)), "WEBP", lossless=True)
    start = small.index(b"VP8L") + 9
    bits = int.from_bytes(small[start : start + 4], "little") >> 28 << 28
    size = (bits | (height - 1) << 14 | (width - 1)).to_bytes(4, "little")
    return small[:start] + size + small[start + 4 :]


def make_png_bomb(chunk: bytes) -> bytes:
    """Return a PNG with a chunk of text or of a color profile that becomes 20 MB."""
    small = save(Image.new("L", (1, 1)))
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(20)) + packer.flush()
    content = chunk + b"name\0\0" + packed
    part = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return small[:33] + part + small[33:]


def make_tiles(length: int) -> bytes:
    """Return a small TIFF that claims to be stored in tiles of a size."""
    info = TiffImagePlugin.ImageFileDirectory_v2()
    for tag in (65322, 65323):  # Pillow writes the numbers 322 and 323 for tiled files only.
        info[tag] = length
        info.tagtype[tag] = 4
    content = save(draw_seven(), "TIFF", tiffinfo=info)
    for tag in (322, 323):
        content = content.replace(struct.pack("<2H", 65000 + tag, 4), struct.pack("<2H", tag, 4))
    return content


def make_scans(count: int) -> bytes:
    """Return a progressive JPEG with its last scan many times over."""
    whole = save(draw_seven(), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "not a readable image"),
        (lambda: b"Dear reader, this is a letter.", "not a readable image"),
        (lambda: b"%PDF-1.7 ...", "not a readable image"),
        (lambda: save(draw_seven())[:200], "damaged or truncated"),
        (lambda: save(draw_seven(), "JPEG")[:1500], "damaged or truncated"),
        (lambda: save(draw_seven(20_000, 40)), "too large, 20,000 × 40 pixels"),
        (lambda: make_png_header(12_000, 5_000), "too large, 12,000 × 5,000 .* 25,000,000 pixels"),
        (lambda: make_webp_header(6_000, 4_000), "too large, 6,000 × 4,000 .* 16,000,000 pixels"),
        (lambda: make_jpeg_header(12_000, 7_000), "too large, 12,000 × 7,000 .* 80,000,000 pixels"),
        (lambda: make_jpeg_header(8_000, 7_000, progressive=True), "too large, .* 30,000,000"),
        (lambda: make_scans(MAX_JPEG_SCANS), "too many scans"),
        (lambda: make_tiles(30_000), "too large"),
        (lambda: make_png_bomb(b"zTXt"), "not a readable image"),
        (lambda: make_png_bomb(b"iCCP"), "not a readable image"),
        (lambda: bytes(MAX_FILE_MEGABYTES * 1_000_000 + 1), "has 32 MB; expected at most 32 MB"),
        (
            lambda: save(draw_seven(), "TIFF", save_all=True, append_images=[draw_seven()]),
            "several images",
        ),
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


@settings(max_examples=40)
@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "HEIF"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_any_change_of_a_file_gives_an_image_or_a_sentence(
    kind: str, changes: list[tuple[float, int]], end: float
) -> None:
    """No other exception, wherever the file was changed or cut off."""
    pillow_heif.register_heif_opener()
    content = bytearray(save(draw_seven(40, 32), kind))
    for position, value in changes:
        content[round(position * (len(content) - 1))] = value
    try:
        pixels = read_image(bytes(content[: round(end * len(content))] if end < 0.5 else content))
    except ImageFileError as error:
        assert "\n" not in str(error) and str(error).endswith(".")
    else:
        assert pixels.dtype == np.uint8 and pixels.shape[2] in (3, 4)


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_any_bytes_give_an_image_or_a_sentence(content: bytes) -> None:
    """Nearly all are not an image."""
    with contextlib.suppress(ImageFileError):
        read_image(content)


MEASURE = """
import re, sys
from pathlib import Path
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image
prepare_image(read_image(sys.stdin.buffer.read()))
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has /proc")
def test_an_image_as_large_as_allowed_takes_little_memory() -> None:
    """A process that reads it stays under 400 MB with all libraries."""
    content = save(Image.new("RGBA", (5_000, 5_000), (9, 9, 9, 200)), compress_level=1)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=content, cwd=PROJECT, capture_output=True, check=True
    )
    assert int(done.stdout) < 400
