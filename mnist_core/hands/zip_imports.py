"""Drawings from zip files: an IDX pair, or PNG files in folders named by label."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE, DatasetError, parse_idx
from mnist_core.errors import shorten
from mnist_core.hands.import_checks import KINDS, ImportFileError, check_count
from mnist_core.hands.records import NewDrawing
from mnist_core.hands.store import MAX_DRAWINGS
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import WHITE
from mnist_core.zip_directory import TooManyEntriesError, check_open_directory

# An entry has 46 bytes, its name and some attributes; macOS adds a second one.
MAX_DIRECTORY_BYTES = 400 * MAX_DRAWINGS
MAX_PNG_BYTES = 20_000
MAX_IDX_BYTES = 16 + MAX_DRAWINGS * SIDE * SIDE
# Pictures of other kinds are not left out without a word, but named.
PICTURE_NAME = re.compile(
    r"(?:[^/]+/)*([0-9])/[^/]+\.(?:png|jpe?g|bmp|gif|tiff?|webp)", re.IGNORECASE
)
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_SIZE = slice(16, 24)


def read_zip(name: str, content: bytes) -> list[NewDrawing]:
    """Read the drawings of a zip file, with an IDX pair or PNG files in folders named by label.

    Raises:
        ImportFileError: It has neither, more than one pair, is damaged, or has too much in it.
    """
    try:
        with _open_archive(name, content) as archive:
            entries = [entry for entry in archive.infolist() if _is_file(entry)]
            idx_files = [(kind, entry) for entry in entries if (kind := _idx_kind(entry.filename))]
            if idx_files:
                return _read_idx_pair(name, archive, idx_files)
            return _read_pngs(name, archive, entries)
    except ImportFileError:
        raise
    except Exception as error:  # zipfile raises many types that share no base
        raise ImportFileError(
            message(
                "{name} is not a zip file that can be read; expected {kinds}. Choose another file.",
                name=name,
                kinds=KINDS,
            )
        ) from error


def _open_archive(name: str, content: bytes) -> zipfile.ZipFile:
    """Open a zip file whose directory is not too large to be read."""
    file = io.BytesIO(content)
    try:
        check_open_directory(file, MAX_DIRECTORY_BYTES)
    except TooManyEntriesError as error:
        raise ImportFileError(
            message(
                "{name} has too many files to be read; expected at most {most:,} drawings. Choose "
                "a smaller file.",
                name=name,
                most=MAX_DRAWINGS,
            )
        ) from error
    return zipfile.ZipFile(file)


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is neither a folder nor the attributes of a file, as macOS adds."""
    path, name = entry.filename, entry.filename.rpartition("/")[2]
    return bool(name) and not name.startswith("._") and not path.startswith("__MACOSX/")


def _idx_kind(path: str) -> str | None:
    found = re.search(r"(images[-.]idx3|labels[-.]idx1)-ubyte(\.gz)?$", path)
    return found[1][:6] if found else None


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Return the content of an entry, or its first `most` + 1 bytes."""
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # zipfile unpacks the others without a limit: 242 bytes of bzip2 can become 300 MB.
        raise zipfile.BadZipFile(f"compression method {entry.compress_type}")
    with archive.open(entry) as file:
        return file.read(most + 1)


def _read_idx_pair(
    name: str, archive: zipfile.ZipFile, files: list[tuple[str, zipfile.ZipInfo]]
) -> list[NewDrawing]:
    pair = dict(files)
    if len(pair) < len(files):
        raise ImportFileError(
            message(
                "{name} has several IDX files of images or of labels; expected one "
                "images-idx3-ubyte and one labels-idx1-ubyte. Leave the others out.",
                name=name,
            )
        )
    if pair.keys() != {"images", "labels"}:
        raise ImportFileError(
            message(
                "{name} has only one file of an IDX pair; expected images-idx3-ubyte and "
                "labels-idx1-ubyte. Choose another file.",
                name=name,
            )
        )
    arrays = {}
    for kind, entry in pair.items():
        data = _read_entry(archive, entry, MAX_IDX_BYTES)
        if data.startswith(b"\x1f\x8b"):
            data = zlib.decompressobj(31).decompress(data, MAX_IDX_BYTES + 1)
        if len(data) > MAX_IDX_BYTES:
            raise ImportFileError(
                message(
                    "{name} has more than {most:,} images. Choose a smaller file.",
                    name=name,
                    most=MAX_DRAWINGS,
                )
            )
        try:
            arrays[kind] = parse_idx(data, entry.filename)
        except DatasetError as error:
            raise ImportFileError(
                message(
                    "{name} has an IDX file that is damaged or whose images do not have {side} × "
                    "{side} pixels. Choose another file.",
                    name=name,
                    side=SIDE,
                )
            ) from error
    images, labels = arrays["images"], arrays["labels"]
    if (
        images.ndim != 3
        or labels.ndim != 1
        or len(images) != len(labels)
        or labels.max(initial=0) > 9
    ):
        raise ImportFileError(
            message(
                "The images and labels in {name} do not belong together; expected as many labels, "
                "from 0 to 9, as images. Choose another file.",
                name=name,
            )
        )
    return [NewDrawing(int(label), image) for image, label in zip(images, labels, strict=True)]


def _read_pngs(
    name: str, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> list[NewDrawing]:
    pictures = [
        (found, entry) for entry in entries if (found := PICTURE_NAME.fullmatch(entry.filename))
    ]
    check_count(name, len(pictures))
    drawings = []
    for found, entry in pictures:
        data = _read_entry(archive, entry, MAX_PNG_BYTES)
        expected = SIDE.to_bytes(4, "big") * 2
        image = None
        if len(data) <= MAX_PNG_BYTES and data.startswith(PNG_START) and data[PNG_SIZE] == expected:
            image = _decode_png(data)
        if image is None:
            raise ImportFileError(
                message(
                    "{filename} in {name} is not a PNG file of {side} × {side} pixels. Correct "
                    "it, or leave it out.",
                    filename=shorten(entry.filename),
                    name=name,
                    side=SIDE,
                )
            )
        drawings.append(NewDrawing(int(found[1]), image))
    return drawings


def _decode_png(data: bytes) -> np.ndarray | None:
    """Return the gray values of a PNG file, (28, 28) uint8; None if it is damaged.

    Of a transparent picture, what is opaque is the ink, whatever its color.
    """
    buffer = np.frombuffer(data, np.uint8)
    pixels = cv2.imdecode(buffer, cv2.IMREAD_UNCHANGED)
    if pixels is not None and pixels.ndim == 3 and pixels.shape[2] == 4:
        steps = 257 if pixels.dtype == np.uint16 else 1  # of 8 bits
        opacity = (pixels[..., 3] // steps).astype(np.uint8)
        if opacity.min() < WHITE:
            return opacity
    return cv2.imdecode(buffer, cv2.IMREAD_GRAYSCALE)
