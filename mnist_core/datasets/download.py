"""Verified downloads of the four MNIST files from public mirrors.

The mirrors compress the files differently, so the SHA-256 of the uncompressed bytes is verified.
The files are stored as downloaded, with ".gz", and written atomically.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import time
import urllib.request
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from urllib.error import HTTPError

import numpy as np

from mnist_core.datasets.mnist import find_file, load_mnist
from mnist_core.errors import MnistError
from mnist_core.files import write_atomically
from mnist_core.messages import message

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
ATTEMPTS = 3
PAUSE_SECONDS = 1.0
# For connecting and for each chunk of the file.
TIMEOUT_SECONDS = 20.0
PIECE = 64 * 1024
# No file of MNIST is larger than 10 MB compressed.
MAX_BYTES = 50_000_000
# Of the largest file, uncompressed: 60,000 images of 28 × 28 bytes and 16 bytes before them.
MAX_UNPACKED_BYTES = 47_040_016


class DownloadError(MnistError):
    """A file cannot be downloaded from any mirror or written, or another one is in its place."""


class _WrongContentError(Exception):
    """A mirror sent something other than the file."""


@dataclass(frozen=True)
class Piece:
    """The progress of one file's download.

    Attributes:
        file: The file's name without ".gz".
        received: Bytes received so far.
        total: The file's size in bytes; None if the server does not report it.
    """

    file: str
    received: int
    total: int | None


def download(
    folder: Path,
    mirrors: Sequence[str] = MIRRORS,
    on_progress: Callable[[Piece], None] | None = None,
) -> None:
    """Download the four MNIST files into a folder. Valid files that exist are kept.

    Args:
        folder: Where to write; created if it does not exist.
        mirrors: Base addresses, each ending in a slash, tried in turn.
        on_progress: Called after each chunk.

    Raises:
        DownloadError: No mirror has a file, the folder cannot be written, or it has another file
            that `load_mnist` would read instead of a downloaded one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SHA256:
            path = folder / f"{name}.gz"
            if path.is_file() and _is_genuine(path.read_bytes(), name):
                continue
            content = _fetch(name, mirrors, on_progress)
            with write_atomically(path) as temporary:
                temporary.write_bytes(content)
    except OSError as error:
        raise DownloadError(
            message(
                "MNIST cannot be written to {folder} ({reason}); expected a folder with 12 MB of "
                "free space. Free some space, or name another folder.",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from error
    for name in SHA256:
        _check_file_that_is_read(folder, name)


def save_npy_files(folder: Path) -> None:
    """Save the MNIST files of a folder as uint8 NumPy arrays, as many tutorials expect them.

    train/X_train.npy (60000, 28, 28), train/y_train.npy (60000,), test/X_test.npy
    (10000, 28, 28) and test/y_test.npy (10000,).

    Raises:
        DatasetError: The four files are not in the folder.
        DownloadError: The folder cannot be written.
    """
    data = load_mnist(folder)
    try:
        for name, split in (("train", data.train), ("test", data.test)):
            (folder / name).mkdir(exist_ok=True)
            for letter, array in (("X", split.images), ("y", split.labels)):
                with write_atomically(folder / name / f"{letter}_{name}.npy") as temporary:
                    np.save(temporary, array)
    except OSError as error:
        raise DownloadError(
            message(
                "The arrays cannot be written to {folder} ({reason}); expected a folder with 55 "
                "MB of free space. Free some space, or name another folder.",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from error


def _fetch(name: str, mirrors: Sequence[str], on_progress: Callable[[Piece], None] | None) -> bytes:
    """Return a file's compressed bytes from the first mirror that has it."""
    reasons = []
    for mirror in mirrors:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _fetch_once(name, mirror, on_progress)
            except HTTPError as error:
                reason = message(
                    "{mirror} answered {code} {reason}",
                    mirror=mirror,
                    code=error.code,
                    reason=error.reason,
                )
                if error.code < 500:
                    break
            except _WrongContentError as error:
                reason = message("{mirror} {problem}", mirror=mirror, problem=str(error))
            except (OSError, http.client.HTTPException) as error:
                reason = message(
                    "{mirror} cannot be reached ({reason})",
                    mirror=mirror,
                    reason=getattr(error, "reason", None) or error,
                )
            if attempt < ATTEMPTS:
                time.sleep(PAUSE_SECONDS * attempt)
        reasons.append(reason)
    problems = reduce(lambda a, b: message("{a}; {b}", a=a, b=b), reasons)
    raise DownloadError(
        message(
            "{name}.gz could not be downloaded: {problems}. Check the connection and try again; "
            "complete files are kept.",
            name=name,
            problems=problems,
        )
    )


def _fetch_once(name: str, mirror: str, on_progress: Callable[[Piece], None] | None) -> bytes:
    content = bytearray()
    with urllib.request.urlopen(f"{mirror}{name}.gz", timeout=TIMEOUT_SECONDS) as response:
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        while piece := response.read(PIECE):
            content += piece
            if len(content) > MAX_BYTES:
                raise _WrongContentError(message("sent more than {most:,} bytes", most=MAX_BYTES))
            if on_progress is not None:
                on_progress(Piece(name, len(content), total))
    if total is not None and len(content) < total:
        raise _WrongContentError(
            message("sent {count:,} of {total:,} bytes", count=len(content), total=total)
        )
    if not _is_genuine(bytes(content), name):
        raise _WrongContentError(message("sent another file (its SHA-256 differs)"))
    return bytes(content)


def _check_file_that_is_read(folder: Path, name: str) -> None:
    """Raise `DownloadError` if a file other than the downloaded one is read and is not MNIST's."""
    path = find_file(folder, name)
    if path is None or path == folder / f"{name}.gz":
        return
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    if not (_has_digest(content, name) or _is_genuine(content, name)):
        raise DownloadError(
            message(
                "{path} would be read instead of the downloaded {name}.gz, but is damaged, from "
                "another dataset or not readable; expected the SHA-256 {expected}. Delete {path} "
                "and download again; complete files are kept.",
                path=path,
                name=name,
                expected=SHA256[name],
            )
        )


def _is_genuine(compressed: bytes, name: str) -> bool:
    try:
        with gzip.open(io.BytesIO(compressed)) as file:
            content = file.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        return False
    return _has_digest(content, name)


def _has_digest(content: bytes, name: str) -> bool:
    return hashlib.sha256(content).hexdigest() == SHA256[name]
