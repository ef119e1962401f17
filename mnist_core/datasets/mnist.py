"""Loader for the MNIST dataset.

The digits are those of Yann LeCun, Corinna Cortes and Christopher J. C. Burges, "The MNIST
database of handwritten digits" (1998), under CC BY-SA 3.0; see `data/README.md`. The files are
in the IDX format: a magic number, the dimensions, then the bytes. Nothing is unpickled.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.messages import message

SHIPPED = Path(__file__).parent / "data"
IMAGES_MAGIC = 2051
LABELS_MAGIC = 2049
GZIP = b"\x1f\x8b"
MAX_LISTED = 8
SIDE = 28
"""The height and the width of an image in pixels."""
REMEDY = message(
    "Download the files again with “python -m mnist_core download DIR” and set MNIST_DATA_DIR to "
    "that folder, or unset it to use the files that come with the package."
)


class DatasetError(MnistError):
    """A file of the dataset is missing, damaged or not an MNIST file."""


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels.

    Attributes:
        images: (n, 28, 28) uint8 in 0..255, ink bright on 0.
        labels: (n,) uint8 in 0..9.

    Raises:
        DatasetError: There are more or fewer labels than images.
    """

    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        if self.labels.shape != self.images.shape[:1]:
            raise DatasetError(
                message(
                    "There are labels of shape {labels} for images of shape {images}; expected one "
                    "label for each image.",
                    labels=self.labels.shape,
                    images=self.images.shape,
                )
            )

    def check_not_empty(self) -> None:
        """Check that there are images.

        Raises:
            DatasetError: There are none.
        """
        if not len(self.labels):
            raise DatasetError(
                message("There are no images; expected at least one with its label.")
            )


@dataclass(frozen=True, eq=False)
class Mnist:
    """The MNIST dataset.

    Attributes:
        train: The training split, 60,000 images in the original files.
        test: The test split, 10,000 images in the original files.
        fingerprint: The SHA-256 of all images and labels. A run's record includes it.
    """

    train: Split
    test: Split
    fingerprint: str


def load_mnist(folder: Path | str | None = None) -> Mnist:
    """Load the MNIST dataset from its four files, uncompressed or compressed with gzip.

    They may also be named like "train-images.idx3-ubyte", or lie in folders of their own names.

    Args:
        folder: The folder of the files. By default the value of `MNIST_DATA_DIR`, or else the
            files that come with the package.

    Returns:
        Read-only arrays: images (n, 28, 28) uint8 in 0..255 and labels (n,) uint8 in 0..9.

    Raises:
        DatasetError: A file is missing, truncated, or not an MNIST file.

    Examples:
        >>> data = load_mnist()
        >>> data.train.images.shape, data.train.images.dtype, data.test.images.shape
        ((60000, 28, 28), dtype('uint8'), (10000, 28, 28))
        >>> data.test.labels[:4].tolist()
        [7, 2, 1, 0]
    """
    folder = Path(folder or os.environ.get("MNIST_DATA_DIR") or SHIPPED)
    train = _read_split(folder, "train")
    test = _read_split(folder, "t10k")
    digest = hashlib.sha256()
    for array in (train.images, train.labels, test.images, test.labels):
        digest.update(array.data)
    return Mnist(train, test, digest.hexdigest())


def parse_idx(content: bytes, name: str) -> np.ndarray:
    """Parse an IDX file of images, (n, 28, 28), or of labels, (n,), both uint8 and read-only.

    Args:
        content: The file's uncompressed bytes.
        name: The name of the file in messages.

    Raises:
        DatasetError: The bytes are not an IDX file of this kind, or their number does not match
            the header.
    """
    magic = int.from_bytes(content[:4], "big")
    if magic not in (IMAGES_MAGIC, LABELS_MAGIC):
        raise DatasetError(
            message(
                "{name} is not an MNIST file: it starts with {start}, expected the number "
                "{images_magic} (images) or {labels_magic} (labels). {remedy}",
                name=name,
                start=content[:4].hex(" ") or message("nothing"),
                images_magic=IMAGES_MAGIC,
                labels_magic=LABELS_MAGIC,
                remedy=REMEDY,
            )
        )
    axes = 3 if magic == IMAGES_MAGIC else 1
    start = 4 + 4 * axes
    if len(content) < start:
        raise DatasetError(
            message(
                "{name} ends within its header, after {count} bytes. {remedy}",
                name=name,
                count=len(content),
                remedy=REMEDY,
            )
        )
    shape = struct.unpack(f">{axes}I", content[4:start])
    if axes == 3 and shape[1:] != (SIDE, SIDE):
        raise DatasetError(
            message(
                "{name} holds images of {height}×{width} pixels; expected {side}×{side}. {remedy}",
                name=name,
                height=shape[1],
                width=shape[2],
                side=SIDE,
                remedy=REMEDY,
            )
        )
    expected = start + int(np.prod(shape, dtype=np.int64))
    if len(content) != expected:
        raise DatasetError(
            message(
                "{name} has {count:,} bytes; its header promises {expected:,}. {remedy}",
                name=name,
                count=len(content),
                expected=expected,
                remedy=REMEDY,
            )
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def find_file(folder: Path, name: str) -> Path | None:
    """Return the file in a folder that `load_mnist` reads; None if there is none.

    Args:
        folder: The folder of the files.
        name: The file's original name, without ".gz".
    """
    return next(filter(Path.is_file, _list_places(folder, name)), None)


def _read_split(folder: Path, prefix: str) -> Split:
    images = _read_file(folder, f"{prefix}-images-idx3-ubyte")
    labels = _read_file(folder, f"{prefix}-labels-idx1-ubyte")
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise DatasetError(
            message(
                "The files of the “{prefix}” split in {folder} do not belong together: expected "
                "images and as many labels, found shapes {images} and {labels}. {remedy}",
                prefix=prefix,
                folder=folder,
                images=images.shape,
                labels=labels.shape,
                remedy=REMEDY,
            )
        )
    if len(labels) == 0 or labels.max() > 9:
        raise DatasetError(
            message(
                "{prefix}-labels-idx1-ubyte in {folder} must hold digits from 0 to 9 and at least "
                "one of them. {remedy}",
                prefix=prefix,
                folder=folder,
                remedy=REMEDY,
            )
        )
    return Split(images, labels)


def _read_file(folder: Path, name: str) -> np.ndarray:
    path = find_file(folder, name)
    if path is None:
        files = sorted(item.name for item in folder.glob("*"))[:MAX_LISTED]
        found = ", ".join(files) or message("nothing")
        raise DatasetError(
            message(
                "There is no {name} in {folder}, also not as {other}, with .gz or in a folder of "
                "that name; expected the four files of MNIST, found {found}. {remedy}",
                name=name,
                folder=folder,
                other=name.replace("-idx", ".idx"),
                found=found,
                remedy=REMEDY,
            )
        )
    try:
        content = path.read_bytes()
        # Some mirrors and browsers leave out the .gz.
        if path.suffix == ".gz" or content.startswith(GZIP):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(
            message(
                "{path} cannot be read ({error}). {remedy}", path=path, error=error, remedy=REMEDY
            )
        ) from error
    return parse_idx(content, path.name)


def _list_places(folder: Path, name: str) -> Iterator[Path]:
    """Yield where people have a file: under its own name, with a dot, or in a folder of its own."""
    names = [f"{stem}{end}" for stem in (name, name.replace("-idx", ".idx")) for end in ("", ".gz")]
    yield from (folder / each for each in names)
    yield from (folder / inner / each for inner in names for each in names)
