"""The directory at the end of a zip archive: how large it is, before Python reads it.

`zipfile` reads the whole directory when it opens an archive. One of a million entries takes
seconds and hundreds of megabytes, however little it unpacks to.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

# The record that ends an archive: signature, numbers of disks and entries, size and offset of the
# directory, length of the comment that follows
# (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
_END = struct.Struct("<4s4H2LH")
_SIGNATURE = b"PK\x05\x06"
_MAX_COMMENT_BYTES = 2**16 - 1
_ZIP64_SIGNATURE, _ZIP64_BYTES = b"PK\x06\x07", 20  # of the record before it in Zip64
MAX_BYTES = 64_000


class ZipDirectoryError(ValueError):
    """An archive does not end with a directory of reasonable size."""


class TooManyEntriesError(ZipDirectoryError):
    """The directory is too large.

    Attributes:
        entries: The number of entries that it lists.
    """

    def __init__(self, entries: int) -> None:
        super().__init__(f"{entries} entries are too many")
        self.entries = entries


def check_directory(path: Path) -> None:
    """Check that an archive ends with its directory, and that the directory is small.

    Archives over 4 GB (Zip64) are not supported.

    Raises:
        TooManyEntriesError: The directory has more than `MAX_BYTES`.
        ZipDirectoryError: The file is not an archive, is cut off, or goes on after its end.
        OSError: The file cannot be read.
    """
    with path.open("rb") as content:
        check_open_directory(content, MAX_BYTES)


def check_open_directory(content: BinaryIO, max_bytes: int) -> None:
    """Check an open archive as `check_directory` does, with another limit for its directory."""
    size = content.seek(0, 2)
    tail_start = max(0, size - _ZIP64_BYTES - _END.size - _MAX_COMMENT_BYTES)
    content.seek(tail_start)
    tail = content.read()
    start = max(0, tail.rfind(_SIGNATURE))
    end = tail[start : start + _END.size].ljust(_END.size, b"\0")
    signature, _, _, _, entries, length, offset, comment = _END.unpack(end)
    if (
        signature != _SIGNATURE
        or start + _END.size + comment != len(tail)
        or offset + length != tail_start + start
    ):
        raise ZipDirectoryError("the archive is cut off, or something follows its end")
    # `zipfile` takes the size of the directory from the records of Zip64, if there are any.
    if tail[:start][-_ZIP64_BYTES:].startswith(_ZIP64_SIGNATURE):
        raise ZipDirectoryError("the archive is in the format Zip64")
    if length > max_bytes:
        raise TooManyEntriesError(entries)
