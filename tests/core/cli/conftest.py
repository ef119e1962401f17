"""Data and helpers for the tests of the command line."""

from pathlib import Path

import pytest

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.runs.store import RunStore


def write_idx(folder: Path, split: str, part: Split) -> None:
    """Write a split in MNIST's format, idx."""
    count = len(part.labels).to_bytes(4, "big")
    header = b"\x00\x00\x08\x03" + count + 2 * (28).to_bytes(4, "big")
    (folder / f"{split}-images-idx3-ubyte").write_bytes(header + part.images.tobytes())
    header = b"\x00\x00\x08\x01" + count
    (folder / f"{split}-labels-idx1-ubyte").write_bytes(header + part.labels.tobytes())


@pytest.fixture
def few(data: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Split:
    """Use the first 640 training and 100 test images as MNIST; return the test split."""
    folder = tmp_path / "few"
    folder.mkdir()
    test = Split(data.test.images[:100], data.test.labels[:100])
    write_idx(folder, "train", Split(data.train.images[:640], data.train.labels[:640]))
    write_idx(folder, "t10k", test)
    monkeypatch.setenv("MNIST_DATA_DIR", str(folder))
    return test


@pytest.fixture
def store(runs_folder: Path) -> RunStore:
    """The store that the commands use."""
    return RunStore(runs_folder)
