"""The four files of MNIST as bytes: their headers, shapes and sizes, and the same as .npy."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import IMAGES_MAGIC, LABELS_MAGIC, Mnist

NAMES = ("train-images", "train-labels", "t10k-images", "t10k-labels")


@dataclass(frozen=True)
class DataFile:
    """One of the four files, uncompressed.

    Attributes:
        name: Its name, such as "train-images".
        shape: The shape of its array.
        header: The first bytes: a number that tells the kind of file, and the shape.
        size: All its bytes.
        npy_size: The bytes of the same array that `np.save` writes.
    """

    name: str
    shape: tuple[int, ...]
    header: bytes
    size: int
    npy_size: int


def list_files(data: Mnist) -> list[DataFile]:
    """Describe the four files of the data set.

    Examples:
        >>> from mnist_core import load_mnist
        >>> first = list_files(load_mnist())[0]
        >>> first.name, first.shape, first.size
        ('train-images', (60000, 28, 28), 47040016)
        >>> first.header.hex(" ", 4)
        '00000803 0000ea60 0000001c 0000001c'
    """
    arrays = (data.train.images, data.train.labels, data.test.images, data.test.labels)
    return [_describe(name, array) for name, array in zip(NAMES, arrays, strict=True)]


def _describe(name: str, array: np.ndarray) -> DataFile:
    magic = IMAGES_MAGIC if array.ndim == 3 else LABELS_MAGIC
    header = struct.pack(f">{1 + array.ndim}I", magic, *array.shape)
    npy_header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        npy_header, np.lib.format.header_data_from_array_1_0(array)
    )
    return DataFile(
        name=name,
        shape=array.shape,
        header=header,
        size=len(header) + array.nbytes,
        npy_size=npy_header.tell() + array.nbytes,
    )
