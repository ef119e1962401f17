"""Tests of mnist_core.runs.checkpoint: model and results are in one file."""

import zipfile

import pytest

from mnist_core.runs.checkpoint import read_checkpoint_results, write_checkpoint
from mnist_core.training.epochs import EpochResult

RESULTS = [EpochResult(epoch, 10, 0.5, 0.8, None, None, 2.0) for epoch in (1, 2)]


def save_archive(path):
    """Write an archive with one member, as Keras does."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")


def test_results_are_read_back_beside_the_model(tmp_path):
    """The archive of the model gets one more member."""
    path = tmp_path / "checkpoint.keras"
    write_checkpoint(path, save_archive, RESULTS)
    assert read_checkpoint_results(path) == RESULTS
    assert zipfile.ZipFile(path).namelist() == ["config.json", "epochs.jsonl"]


def test_a_failure_leaves_the_earlier_checkpoint(tmp_path):
    """The file is replaced in one step."""
    path = tmp_path / "checkpoint.keras"
    write_checkpoint(path, save_archive, RESULTS[:1])

    def fail(path):
        path.write_bytes(b"PK half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError):
        write_checkpoint(path, fail, RESULTS)
    assert read_checkpoint_results(path) == RESULTS[:1]
    assert list(tmp_path.iterdir()) == [path]


def test_a_checkpoint_of_an_earlier_version_has_no_results(tmp_path):
    """Its epochs must be counted otherwise."""
    save_archive(tmp_path / "old.keras")
    assert read_checkpoint_results(tmp_path / "old.keras") is None


@pytest.mark.parametrize("content", [b"", b"checkpoint", b"PK\x03\x04" * 100])
def test_a_damaged_checkpoint_has_no_epochs(tmp_path, content):
    """Nor has one that does not exist."""
    path = tmp_path / "checkpoint.keras"
    assert read_checkpoint_results(path) == []
    path.write_bytes(content)
    assert read_checkpoint_results(path) == []
    path.unlink()
    path.mkdir()
    assert read_checkpoint_results(path) == []
