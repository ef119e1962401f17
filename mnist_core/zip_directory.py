"""The directory at the end of a zip archive: how large it is, before Python reads it.

`zipfile` reads the whole directory when it opens an archive. One of a million entries takes
seconds and hundreds of megabytes, however little it unpacks to.
"""

from __future__ import annotations

import struct
from pathlib import Path

# The record that ends an archive: signature, numbers of disks and entries, size and offset of the
# directory, length of a comment (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
_END = struct.Struct("<4s4H2LH")
_SIGNATURE = b"PK\x05\x06"
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

    Archives with a comment and archives over 4 GB (Zip64) are not supported.

    Raises:
        TooManyEntriesError: The directory has more than `MAX_BYTES`.
        ZipDirectoryError: The file is not an archive, is cut off, or goes on after its end.
        OSError: The file cannot be read.
    """
    with path.open("rb") as content:
        size = content.seek(0, 2)
        content.seek(max(0, size - _END.size))
        end = content.read()
    signature, _, _, _, entries, length, offset, comment = _END.unpack(end.rjust(_END.size, b"\0"))
    if signature != _SIGNATURE or comment or offset + length + _END.size != size:
        raise ZipDirectoryError("the archive is cut off, or something follows its end")
    if length > MAX_BYTES:
        raise TooManyEntriesError(entries)
