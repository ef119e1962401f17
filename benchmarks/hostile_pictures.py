"""Hostile pictures, by kind: too large, too many, lies, odd formats and damage."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

from benchmarks.hostile_bytes import (
    Make,
    Rng,
    damage_somehow,
    make_damaged,
    make_other_file,
    pick,
)

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "HEIF")
COLOR_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def _draw(width: int, height: int, mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    line = [(width // 3, height // 5), (width // 2, height // 2), (width // 3, height * 4 // 5)]
    ImageDraw.Draw(picture).line(line, "navy", max(2, width // 15))
    return picture.convert(mode)


def _encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    pillow_heif.register_heif_opener()
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


@lru_cache
def _sound(kind: str) -> bytes:
    return _encode(_draw(300, 400), kind)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", checksum)


@lru_cache(maxsize=8)
def make_png(
    width: int, height: int, rows: int, depth: int = 8, color: int = 2, extra: bytes = b""
) -> bytes:
    """Return a PNG file whose header may promise more rows than it has.

    Args:
        width: The width in the header, and of the rows.
        height: The height in the header.
        rows: The number of rows in the data.
        depth: Bits per value.
        color: PNG's number of the type of color.
        extra: Further chunks.
    """
    row = bytes(1 + (width * COLOR_CHANNELS.get(color, 3) * depth + 7) // 8)
    compressor = zlib.compressobj(1)
    data = b"".join(compressor.compress(row) for _ in range(rows)) + compressor.flush()
    header = struct.pack(">2L5B", width, height, depth, color, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + extra + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _large_png(rng: Rng) -> bytes:
    return pick(
        rng,
        (
            lambda: make_png(12_000, 5_000, 5_000),
            lambda: make_png(4_990, 5_000, 5_000),
            lambda: make_png(4_990, 5_000, 5_000, 16, 6),
            lambda: make_png(4_990, 5_000, 5_000, 16, 0),
            lambda: make_png(12_000, 2_000, 2_000, 1, 0),
            lambda: make_png(20_000, 20_000, 1),
            lambda: make_png(2**31 - 1, 2**31 - 1, 0),
            lambda: make_png(12_000, 1, 1),
            lambda: make_png(1, 12_000, 12_000),
            lambda: make_png(0, 0, 0),
        ),
    )()


def _odd_png(rng: Rng) -> bytes:
    """Impossible depths and colors, compressed texts and profiles that grow, and animations."""
    bomb = zlib.compress(bytes(60_000_000), 9)
    extra = pick(
        rng,
        (
            b"",
            _chunk(b"zTXt", b"Comment\0\0" + bomb),
            _chunk(b"iCCP", b"profile\0\0" + bomb),
            _chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb),
            _chunk(b"tEXt", b"Comment\0<script>" * 1_000),
            _chunk(b"acTL", struct.pack(">2L", 2**31 - 1, 0)),
            _chunk(b"eXIf", b"MM\0*" + rng.bytes(200)),
            _chunk(b"PLTE", bytes(3 * 300)),
            _chunk(b"tRNS", bytes(6)) * 100,
            _chunk(b"IHDR", bytes(13)),
        ),
    )
    depth, color = pick(rng, ((8, 2), (1, 3), (16, 6), (3, 2), (8, 7), (16, 3), (2, 0)))
    return make_png(300, 300, int(pick(rng, (0, 150, 300, 3_000))), depth, color, extra)


def _large_picture(rng: Rng) -> bytes:
    """Pictures of one color just below and above the limits, in every format."""
    kind = pick(rng, FORMATS)
    side = pick(rng, (3_000, 4_990, 6_000)) if kind != "HEIF" else pick(rng, (2_000, 3_900))
    mode = pick(rng, ("RGB", "L"))
    return _encode(Image.new(mode, (side, side), 200), kind)


def _strip(rng: Rng) -> bytes:
    size = (pick(rng, (1, 2, 11_999, 12_001, 16_000)), int(rng.integers(1, 4)))
    picture = Image.new("L", size, 200)
    if rng.integers(2):
        picture = picture.rotate(90, expand=True)
    return _encode(picture, pick(rng, ("PNG", "TIFF")))


def _animation(rng: Rng) -> bytes:
    frames = [_draw(40, int(rng.integers(40, 50))) for _ in range(rng.integers(2, 200))]
    frames = [frame.resize((40, 40)) for frame in frames]
    kind = pick(rng, ("GIF", "WEBP", "PNG", "TIFF"))
    return _encode(frames[0], kind, save_all=True, append_images=frames[1:])


def _huge_jpeg(rng: Rng) -> bytes:
    """A JPEG file whose header promises up to 65,535 pixels per side."""
    content = bytearray(_encode(_draw(64, 64), "JPEG", progressive=bool(rng.integers(2))))
    start = next(index for index in range(len(content)) if content[index : index + 2] in SOF)
    size = int(pick(rng, (9_000, 30_000, 65_535))), int(pick(rng, (8_000, 65_535)))
    struct.pack_into(">2H", content, start + 5, *size)
    return bytes(content)


SOF = (b"\xff\xc0", b"\xff\xc2")


def _many_scans(rng: Rng) -> bytes:
    content = _encode(_draw(1_000, 1_000), "JPEG", progressive=True)
    scan = content.rindex(b"\xff\xda")
    return content[:-2] + content[scan:-2] * int(rng.integers(50, 5_000)) + content[-2:]


def _exif(rng: Rng) -> bytes:
    kind = pick(rng, ("JPEG", "WEBP", "PNG"))
    exif = Image.Exif()
    exif[274] = int(rng.integers(0, 12))
    exif[270] = "x" * int(rng.integers(1, 30_000))
    block = exif.tobytes()
    return _encode(_draw(300, 400), kind, exif=damage_somehow(block, rng) or block)


def _tiff(rng: Rng) -> bytes:
    """TIFF files of floats, with lies about strips, tiles and lengths."""
    action = rng.integers(4)
    if action == 0:
        values = np.full((300, 300), pick(rng, (np.nan, np.inf, -1e30, 1e30)), np.float32)
        return _encode(Image.fromarray(values), "TIFF")
    compression = pick(rng, ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group4"))
    mode = "1" if compression == "group4" else "RGB"
    content = bytearray(_encode(_draw(300, 400, mode), "TIFF", compression=compression))
    start = struct.unpack_from("<L", content, 4)[0]
    for _ in range(action):
        entries = struct.unpack_from("<H", content, start)[0]
        entry = start + 2 + 12 * int(rng.integers(entries))
        value = pick(rng, (0, 1, 4_000, 2**16, 2**31 - 1, 2**32 - 1))
        struct.pack_into("<L", content, entry + pick(rng, (4, 8)), value)
    return bytes(content)


def _bitmap(rng: Rng) -> bytes:
    """Bitmaps with odd sizes, run lengths and palettes."""
    width, height = pick(
        rng, ((300, -400), (2**31 - 1, 2), (-5, 5), (4_900, 5_000), (2_000, 2_000))
    )
    depth, compression = pick(rng, ((8, 1), (4, 2), (24, 0), (1, 0), (32, 3), (16, 9)))
    header = struct.pack("<L2l2H6L", 40, width, height, 1, depth, compression, 0, 0, 0, 256, 0)
    data = pick(rng, (b"", bytes([255, 7]) * 10_000, bytes([0, 2, 255, 255]) * 10_000, b"\0\0" * 9))
    offset = 14 + len(header) + 1_024
    return b"BM" + struct.pack("<3L", offset + len(data), 0, offset) + header + bytes(1_024) + data


def _heif(rng: Rng) -> bytes:
    """HEIC files with other brands, box sizes and sizes of the picture."""
    content = bytearray(_sound("HEIF"))
    box = content.index(pick(rng, (b"ispe", b"iloc", b"iinf", b"meta", b"hvcC")))
    for _ in range(rng.integers(1, 5)):
        position = box + int(rng.integers(-4, 24))
        struct.pack_into(">L", content, position, int(pick(rng, (0, 1, 2**16, 2**31, 2**32 - 1))))
    return bytes(content)


def _mode(rng: Rng) -> bytes:
    kind, mode = pick(
        rng,
        (("PNG", "1"), ("PNG", "LA"), ("PNG", "I;16"), ("TIFF", "CMYK"), ("JPEG", "CMYK"),
         ("TIFF", "LAB"), ("PNG", "P"), ("TIFF", "F"), ("WEBP", "RGBA"), ("GIF", "P")),
    )  # fmt: skip
    size = (int(rng.integers(1, 2_000)), int(rng.integers(1, 2_000)))
    if mode in {"I;16", "LAB", "F"}:
        return _encode(Image.new(mode, size), kind)
    return _encode(_draw(*size, mode), kind)


def _noise(rng: Rng) -> bytes:
    """Noise, of which every pixel may be ink."""
    size = (int(rng.integers(1, 1_500)), int(rng.integers(1, 1_500)), 3)
    values = rng.integers(0, 256, size, np.uint8)
    if rng.integers(2):
        values = np.indices(size[:2]).sum(0)[..., None].repeat(3, 2).astype(np.uint8) * 255
    return _encode(Image.fromarray(values), pick(rng, ("PNG", "BMP")))


KINDS: Mapping[str, Make] = {
    "a sound file": lambda rng: _sound(pick(rng, FORMATS)),
    "a large PNG": _large_png,
    "an odd PNG": _odd_png,
    "a large picture": _large_picture,
    "a strip": _strip,
    "an animation or pages": _animation,
    "a huge JPEG": _huge_jpeg,
    "a JPEG of many scans": _many_scans,
    "odd EXIF": _exif,
    "an odd TIFF": _tiff,
    "an odd bitmap": _bitmap,
    "an odd HEIC": _heif,
    "odd colors": _mode,
    "noise": _noise,
    "another format": make_other_file,
    **make_damaged(lambda rng: _sound(pick(rng, FORMATS))),
}
