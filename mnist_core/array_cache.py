"""Cached arrays in a NumPy archive, valid for one digest.

The arrays of a cache can always be computed again. They are, if the file is missing, damaged or of
another digest, and a folder that cannot be written is not an error.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.files import write_atomically
from mnist_core.messages import message
from mnist_core.zip_directory import check_directory

DIGEST = "digest"
MAX_BYTES = 2**29  # of all arrays; those of an index of neighbors have at most a quarter of it


class CacheError(MnistError):
    """An archive of cached arrays cannot be read."""


def save_arrays(path: Path, digest: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays and a digest as a NumPy archive, atomically.

    Args:
        path: The file, which ends in .npz. Its folder must exist.
        digest: Identifies what the arrays were computed from; may be empty.
        arrays: Arrays of any shape and any type but object, by name. The name "digest" is reserved.

    Raises:
        OSError: The folder cannot be written or the disk is full.
    """
    with write_atomically(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays, digest=np.array(digest))


def read_arrays(path: Path) -> tuple[str, dict[str, np.ndarray]]:
    """Read what `save_arrays` wrote. Nothing is unpickled.

    Returns:
        The digest and the arrays by name.

    Raises:
        CacheError: The file is missing, damaged or not such an archive.
    """
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
            return str(arrays.pop(DIGEST)), arrays
    except Exception as error:  # NumPy and zipfile raise many types without a common base class.
        raise CacheError(
            message(
                "The cached arrays in {path} cannot be read; expected a NumPy archive with a "
                "digest. Delete the file, and it will be computed again.",
                path=path,
            )
        ) from error


def _check_size(path: Path) -> None:
    """Check that a file is an archive of at most `MAX_BYTES`, unpacked.

    Raises:
        Exception: It is not.
    """
    if not path.is_file():  # opening a named pipe would block
        raise FileNotFoundError(path)
    check_directory(path)
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_BYTES:
        raise ValueError(f"{size} bytes are too many")


def load_arrays(path: Path, digest: str) -> dict[str, np.ndarray] | None:
    """Return the cached arrays by name; None where the file is missing, damaged or outdated.

    Args:
        path: The file.
        digest: The digest that the arrays must have been saved with.
    """
    try:
        found, arrays = read_arrays(path)
    except CacheError:
        return None
    return arrays if found == digest else None


def load_or_compute(
    path: Path,
    digest: str,
    compute: Callable[[], Mapping[str, np.ndarray]],
    is_valid: Callable[[Mapping[str, np.ndarray]], bool] = lambda arrays: True,
) -> dict[str, np.ndarray]:
    """Return cached arrays; compute and save them first if the cache does not have them.

    Args:
        path: The file; its folder is created if needed.
        digest: Identifies what the arrays are computed from.
        compute: Returns the arrays; called if they are not in the cache.
        is_valid: Returns whether arrays from the cache have the expected names, shapes and
            values; if not, they are computed again.

    Examples:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = Path(folder.name) / "squares.npz"
        >>> def compute():
        ...     print("computing")
        ...     return {"squares": np.arange(4) ** 2}
        >>> load_or_compute(path, "v1", compute)["squares"]
        computing
        array([0, 1, 4, 9])
        >>> load_or_compute(path, "v1", compute)["squares"]
        array([0, 1, 4, 9])
        >>> folder.cleanup()
    """
    arrays = load_arrays(path, digest)
    if arrays is not None and is_valid(arrays):
        return arrays
    arrays = dict(compute())
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        save_arrays(path, digest, arrays)
    return arrays
