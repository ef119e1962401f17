"""Tests of mnist_core.zip_directory: the directory of an archive is measured before it is read."""

import struct
import zipfile
from pathlib import Path

import pytest

from mnist_core import zip_directory
from mnist_core.zip_directory import (
    MAX_BYTES,
    TooManyEntriesError,
    ZipDirectoryError,
    check_directory,
    check_open_directory,
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive of twenty entries."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as file:
        for index in range(20):
            file.writestr(f"entry-{index}", b"content")
    return path


def test_a_small_directory_passes(archive: Path) -> None:
    """A small archive raises nothing; the same with a smaller limit names its entries."""
    check_directory(archive)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zip_directory, "MAX_BYTES", 1_000)
        with pytest.raises(TooManyEntriesError) as caught:
            check_directory(archive)
    assert caught.value.entries == 20


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"", bytes(9)])
def test_a_file_that_does_not_end_as_an_archive_is_refused(archive: Path, change) -> None:
    """Cut off, continued, empty, and of zeros."""
    content = archive.read_bytes()
    archive.write_bytes(change(content) if callable(change) else change)
    with pytest.raises(ZipDirectoryError, match="cut off"):
        check_directory(archive)


def test_an_archive_may_have_a_comment(archive: Path) -> None:
    """The archives of GitHub have one; its length must be as stated."""
    with zipfile.ZipFile(archive, "a") as file:
        file.comment = b"x" * 65_535
    check_directory(archive)
    with archive.open("rb") as content, pytest.raises(TooManyEntriesError):
        check_open_directory(content, 100)
    archive.write_bytes(archive.read_bytes() + b"x")
    with pytest.raises(ZipDirectoryError, match="cut off"):
        check_directory(archive)


def test_the_records_of_zip64_hide_no_directory(tmp_path: Path) -> None:
    """`zipfile` believes them rather than the record that ends the archive."""
    name, count = b"a", 2_000
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", *bytes(11), len(name), *bytes(6)) + name
    directory = count * entry
    assert len(directory) > MAX_BYTES
    records = struct.pack(
        "<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), 0
    ) + struct.pack("<4sLQL", b"PK\6\7", 0, len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(records), len(directory), 0)
    path = tmp_path / "hostile.zip"
    path.write_bytes(directory + records + end)
    with zipfile.ZipFile(path) as file:
        assert len(file.infolist()) == count
    with pytest.raises(ZipDirectoryError, match="Zip64"):
        check_directory(path)
