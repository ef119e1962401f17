"""Cached arrays: round trip, validity by digest, damaged files and read-only folders."""

import os
from pathlib import Path

import numpy as np
import pytest

from mnist_core import array_cache
from mnist_core.array_cache import (
    CacheError,
    load_arrays,
    load_or_compute,
    read_arrays,
    save_arrays,
)

ARRAYS: dict[str, np.ndarray] = {
    "labels": np.array([7, 2], np.uint8),
    "values": np.array([[0.5], [1.5]], np.float16),
}


def test_arrays_keep_their_values_and_types(tmp_path: Path) -> None:
    """What is read equals what was saved, and the digest is with it."""
    save_arrays(tmp_path / "cache.npz", "abc", ARRAYS)
    digest, arrays = read_arrays(tmp_path / "cache.npz")
    assert digest == "abc"
    assert arrays.keys() == ARRAYS.keys()
    for name, expected in ARRAYS.items():
        assert arrays[name].dtype == expected.dtype
        assert np.array_equal(arrays[name], expected)


def test_archives_written_with_savez_can_be_read(tmp_path: Path) -> None:
    """Earlier versions wrote the digest with `np.savez` beside the arrays."""
    np.savez(tmp_path / "cache.npz", labels=ARRAYS["labels"], digest="abc")
    arrays = load_arrays(tmp_path / "cache.npz", "abc")
    assert arrays is not None
    assert arrays["labels"].tolist() == [7, 2]


def test_another_digest_invalidates_the_arrays(tmp_path: Path) -> None:
    """Arrays are returned for the digest that they were saved with only."""
    save_arrays(tmp_path / "cache.npz", "abc", ARRAYS)
    assert load_arrays(tmp_path / "cache.npz", "abc") is not None
    assert load_arrays(tmp_path / "cache.npz", "abd") is None


def damage(path: Path, kind: str) -> None:
    """Put something other than a complete archive with a digest at the path."""
    save_arrays(path, "abc", ARRAYS)
    if kind == "missing":
        path.unlink()
    elif kind == "truncated":
        path.write_bytes(path.read_bytes()[:-30])
    elif kind == "text":
        path.write_text("no archive")
    elif kind == "no digest":
        np.savez(path, labels=ARRAYS["labels"], values=ARRAYS["values"])
    elif kind == "single array":
        with path.open("wb") as file:
            np.save(file, ARRAYS["labels"])
    elif kind == "pickle":
        np.savez(path, labels=np.array([{}], object), digest="abc")


KINDS = ["missing", "truncated", "text", "no digest", "single array", "pickle"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_reported(kind: str, tmp_path: Path) -> None:
    """The message names the file and says what to do."""
    path = tmp_path / "cache.npz"
    damage(path, kind)
    with pytest.raises(CacheError, match=f"{path} cannot be read.*Delete the file"):
        read_arrays(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_computed_again(kind: str, tmp_path: Path) -> None:
    """The new arrays replace it."""
    path = tmp_path / "cache.npz"
    damage(path, kind)
    assert load_or_compute(path, "abc", lambda: {"new": np.arange(3)})["new"].tolist() == [0, 1, 2]
    assert read_arrays(path)[1].keys() == {"new"}


def test_arrays_are_computed_once(tmp_path: Path) -> None:
    """The folder is created, and the second call reads the file."""
    calls = []

    def compute() -> dict[str, np.ndarray]:
        calls.append(1)
        return ARRAYS

    path = tmp_path / "new" / "folder" / "cache.npz"
    for _ in range(2):
        arrays = load_or_compute(path, "abc", compute)
        assert np.array_equal(arrays["values"], ARRAYS["values"])
    assert len(calls) == 1


def test_invalid_arrays_are_computed_again(tmp_path: Path) -> None:
    """The caller can reject arrays, such as those of another length."""
    path = tmp_path / "cache.npz"
    save_arrays(path, "abc", ARRAYS)
    new = {"labels": np.zeros(5, np.uint8)}
    arrays = load_or_compute(path, "abc", lambda: new, lambda arrays: len(arrays["labels"]) == 5)
    assert len(arrays["labels"]) == 5


def test_arrays_are_returned_where_they_cannot_be_saved(tmp_path: Path) -> None:
    """A file where the folder should be costs the cache, not the result."""
    (tmp_path / "file").touch()
    arrays = load_or_compute(tmp_path / "file" / "cache.npz", "abc", lambda: ARRAYS)
    assert arrays["labels"].tolist() == [7, 2]


def test_a_pipe_and_an_archive_that_unpacks_to_too_much_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pipe would block; a few bytes of zeros can unpack to more than the memory."""
    pipe = tmp_path / "pipe.npz"
    os.mkfifo(pipe)
    assert load_arrays(pipe, "digest") is None
    path = tmp_path / "zeros.npz"
    np.savez_compressed(path, digest="digest", zeros=np.zeros(1_000))
    assert load_arrays(path, "digest") is not None
    monkeypatch.setattr(array_cache, "MAX_BYTES", 1_000)
    assert load_arrays(path, "digest") is None
