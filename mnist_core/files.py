"""Atomic file writes, reads of bounded size, and how large a file from a person may be."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_core.messages import message

# Files of models and images that people give may be so large, on the page, in the server's
# configuration and in the functions that read them. The largest that the app exports has 10 MB.
MAX_FILE_MEGABYTES = 32
MEGABYTE = 1_000_000  # bytes
MAX_PREFIX = 40  # of a name, so that the temporary one is not too long for any file system


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a file, unless it is too large or not a regular file.

    Reading a named pipe would wait for a writer, a device may have no end, and a symbolic link in a
    folder from a stranger could name any file of this machine.

    Raises:
        OSError: The file is missing, not a regular file, or larger than `max_bytes`.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, message("Not a regular file"), str(path))
    if status.st_size > max_bytes:
        raise OSError(errno.EFBIG, message("File too large"), str(path))
    return path.read_bytes()


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block succeeds.

    A reader sees the old file or the new one, never a part of it. A crash or an exception in the
    block leaves the old file unchanged. The temporary name is a dot and the beginning of the name;
    it keeps the suffix, since some writers choose their format by it.

    Args:
        path: The file to create or replace. Its folder must exist.

    Yields:
        The path to write to, an empty file in the same folder.

    Raises:
        OSError: The folder cannot be written or the disk is full.

    Examples:
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = Path(folder.name) / "name.txt"
        >>> with write_atomically(path) as temporary:
        ...     _ = temporary.write_text("compact")
        >>> path.read_text()
        'compact'
        >>> folder.cleanup()
    """
    prefix = f".{path.stem[:MAX_PREFIX]}-"
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("r+b") as file:  # Windows flushes no file that is open for reading only
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
