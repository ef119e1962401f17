"""Files that are written whole or not at all, and what is said where none can be written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_core.errors import MnistError


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block succeeds.

    A reader sees the old file or the new one, never a part, and a crash or an exception in the
    block leaves the old file as it was. The temporary name keeps the suffix, since some writers
    choose their format by it.

    Raises:
        OSError: The folder cannot be written or the disk is full.
    """
    handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def explain_failure(kind: type[MnistError], failure: str) -> Iterator[None]:
    """Turn an `OSError` in the block into an error of a kind of ours.

    Args:
        kind: The error that is raised instead.
        failure: What could not be done, the beginning of the message.
    """
    try:
        yield
    except OSError as error:
        raise kind(
            f"{failure} ({error.strerror or error}); expected a folder that can be written. Free "
            "some space, or set MNIST_RUNS_DIR to another folder."
        ) from error
