"""Opening the entries of a .keras file without Keras.

A .keras file is a zip archive of metadata.json, config.json and model.weights.h5
(https://keras.io/guides/serialization_and_saving/). The files of this app have another entry, which
Keras ignores. The archive is validated before it is read: its entries, their sizes and their kinds.
"""

from __future__ import annotations

import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mnist_core.errors import MnistError
from mnist_core.files import MEGABYTE
from mnist_core.messages import message
from mnist_core.zip_directory import TooManyEntriesError, ZipDirectoryError, check_directory

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
VALUES = "draw-a-digit.json"  # of `Network`, in the models of this app
MAX_ENTRY_BYTES = {
    "metadata.json": 64_000,
    CONFIG: MEGABYTE,
    WEIGHTS: 256 * MEGABYTE,
    VALUES: 1_000,
    "epochs.jsonl": MEGABYTE,  # in the checkpoints of this app
}
MAX_COMPRESSION = 100
ENCRYPTED = 0x1 | 0x40 | 0x2000

_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"


class KerasFileError(MnistError):
    """A .keras file is damaged, too large or of another kind."""


def is_hdf5(file: Path) -> bool:
    """Return whether a file begins like an HDF5 file, whatever its name is.

    Raises:
        OSError: The file cannot be read.
    """
    with file.open("rb") as content:
        return content.read(len(_HDF5)) == _HDF5


@contextmanager
def open_entry(file: Path, name: str) -> Iterator[IO[bytes]]:
    """Open an entry of the archive for reading, once the whole archive has been checked.

    Args:
        file: A .keras file.
        name: `CONFIG`, `WEIGHTS` or `VALUES`.

    Raises:
        KerasFileError: The file is not a .keras file, breaks a limit of this module, or its entry
            is damaged.
        KeyError: There is no such entry; every archive has `CONFIG` and `WEIGHTS`.
        OSError: The file cannot be read.
    """
    _check_format(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist())
            with archive.open(name) as entry:
                yield entry
    except _DAMAGES as error:
        raise KerasFileError(
            message("It is a damaged zip archive. Export the model again, or choose another file.")
        ) from error


@contextmanager
def unpack_weights(file: Path) -> Iterator[Path]:
    """Unpack the weights of a .keras file into a temporary folder, which the block can read.

    Raises:
        KerasFileError: As for `open_entry`.
        OSError: The file cannot be read or unpacked.
    """
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / WEIGHTS
        with open_entry(file, WEIGHTS) as entry, unpacked.open("wb") as target:
            shutil.copyfileobj(entry, target, MEGABYTE)
        yield unpacked


def _check_format(file: Path) -> None:
    """Check the first and the last bytes of a file, before `zipfile` reads its directory."""
    with file.open("rb") as content:
        start = content.read(len(_ZIP))
    if start != _ZIP:
        raise KerasFileError(
            message(
                "It is not a model of Keras: it starts neither like a zip archive nor like an "
                "HDF5 "
                'file. Choose a file that model.save("model.keras") wrote.'
            )
        )
    try:
        check_directory(file)
    except TooManyEntriesError as error:
        raise KerasFileError(
            message(
                "Its directory lists {entries:,} entries; expected at most {count}. Choose a file "
                "that Keras 3 saved.",
                entries=error.entries,
                count=len(MAX_ENTRY_BYTES),
            )
        ) from error
    except ZipDirectoryError as error:
        raise KerasFileError(
            message(
                "It is cut off, or something follows its end. Export the model again, or choose "
                "another file."
            )
        ) from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    expected = ", ".join(MAX_ENTRY_BYTES)
    names = [entry.orig_filename for entry in entries]
    for entry in entries:
        if entry.orig_filename not in MAX_ENTRY_BYTES:
            found = quote(entry.orig_filename)
            raise KerasFileError(
                message(
                    "It contains {found}; expected only {expected}. Choose a file that Keras 3 "
                    "saved as a single model without assets.",
                    found=found,
                    expected=expected,
                )
            )
        _check_entry(entry)
    if len(set(names)) != len(names):
        raise KerasFileError(
            message(
                "It contains two entries of the same name; expected one each of {expected}. "
                "Choose another file.",
                expected=expected,
            )
        )
    missing = {CONFIG, WEIGHTS}.difference(names)
    if missing:
        raise KerasFileError(
            message(
                "It does not contain {name}. Choose a file that Keras 3 saved.", name=min(missing)
            )
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise KerasFileError(
            message(
                "Its entry {name} is a link or a folder; expected a file. Choose another file.",
                name=name,
            )
        )
    if entry.flag_bits & ENCRYPTED:
        raise KerasFileError(
            message("Its entry {name} is encrypted. Save the model without a password.", name=name)
        )
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise KerasFileError(
            message(
                "Its entry {name} is compressed in a way that Keras does not use. Choose a file "
                "that Keras 3 saved.",
                name=name,
            )
        )
    most = MAX_ENTRY_BYTES[name]
    if entry.file_size > most:
        size, limit = f"{entry.file_size / MEGABYTE:,.2f}", f"{most / MEGABYTE:g}"
        raise KerasFileError(
            message(
                "Its entry {name} has {size} MB; at most {limit} MB are supported. Choose a "
                "smaller network, or save it without the optimizer's state.",
                name=name,
                size=size,
                limit=limit,
            )
        )
    if entry.file_size > MAX_COMPRESSION * (entry.compress_size + 100):
        raise KerasFileError(
            message(
                "Its entry {name} is more than {most} times larger than its compressed form, "
                "which the weights of a trained network never are. Choose another file.",
                name=name,
                most=MAX_COMPRESSION,
            )
        )


def quote(value: object) -> str:
    r"""Return a value of the file for a message: short, in quotation marks, printable.

    Examples:
        >>> quote("../secrets.toml")
        '“../secrets.toml”'
        >>> quote("two\nlines")
        '“two�lines”'
    """
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value)[:40])
    return f"“{text}”"
