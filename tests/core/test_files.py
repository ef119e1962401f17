"""Atomic file writes and bounded reads."""

import os
from pathlib import Path

import pytest

from mnist_core.files import read_regular_file, write_atomically


def test_a_new_file_appears_with_its_content(tmp_path: Path) -> None:
    """No temporary file is left, and all users may read the file."""
    path = tmp_path / "model.onnx"
    with write_atomically(path) as temporary:
        temporary.write_bytes(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_file_is_flushed_through_a_writable_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows flushes no other; as does this stand-in."""
    flushed = []

    def flush(descriptor: int) -> None:
        flushed.append(os.write(descriptor, b""))

    monkeypatch.setattr(os, "fsync", flush)
    with write_atomically(tmp_path / "model.onnx"):
        pass
    assert flushed == [0]


@pytest.mark.parametrize("stem", ["model", "n" * 240])
def test_the_temporary_file_keeps_the_suffix_and_the_folder(stem: str, tmp_path: Path) -> None:
    """Some writers choose their format by the name; a rename needs the same disk."""
    with write_atomically(tmp_path / f"{stem}.keras") as temporary:
        assert temporary.name.startswith(f".{stem[:40]}-")
        assert temporary.suffix == ".keras"
        assert temporary.parent == tmp_path


@pytest.mark.parametrize("failure", [ValueError("wrong"), KeyboardInterrupt(), OSError(28, "full")])
def test_a_failure_leaves_the_old_file(failure: BaseException, tmp_path: Path) -> None:
    """The partial new content is discarded."""
    path = tmp_path / "record.json"
    path.write_bytes(b"old")
    with pytest.raises(type(failure)), write_atomically(path) as temporary:
        temporary.write_bytes(b"half")
        raise failure
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_a_partial_file(tmp_path: Path) -> None:
    """The old content stays until the new one is complete."""
    path = tmp_path / "record.json"
    path.write_bytes(b"old")
    with write_atomically(path) as temporary, temporary.open("wb") as file:
        file.write(b"ne")
        file.flush()
        os.fsync(file.fileno())
        assert path.read_bytes() == b"old"
        file.write(b"w")
    assert path.read_bytes() == b"new"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """The caller turns it into a message."""
    with pytest.raises(FileNotFoundError), write_atomically(tmp_path / "nowhere" / "file"):
        pass


def test_only_small_regular_files_are_read(tmp_path: Path) -> None:
    """A named pipe would block, a device has no end, and a sparse file has any size."""
    path = tmp_path / "file"
    path.write_bytes(b"1234")
    assert read_regular_file(path, 4) == b"1234"
    with pytest.raises(OSError, match="too large"):
        read_regular_file(path, 3)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    device = tmp_path / "device"
    device.symlink_to("/dev/zero")
    for other in (pipe, device, tmp_path):
        with pytest.raises(OSError, match="regular file"):
            read_regular_file(other, 4)


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    """A folder from a stranger could name any file of this machine by a link."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    assert read_regular_file(tmp_path / "secret", 10) == b"secret"
    with pytest.raises(OSError, match="Not a regular file"):
        read_regular_file(tmp_path / "link", 10)
