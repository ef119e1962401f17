"""Tests of mnist_core.zip_directory: the directory of an archive is measured before it is read."""

import zipfile
from pathlib import Path

import pytest

from mnist_core import zip_directory
from mnist_core.zip_directory import TooManyEntriesError, ZipDirectoryError, check_directory


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
