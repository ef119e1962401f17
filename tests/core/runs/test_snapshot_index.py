"""Tests of mnist_core.runs.snapshot_index: what is kept is what the folders hold."""

import os
import shutil

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.runs import snapshot_index
from mnist_core.runs.json_file import overwrite_json, read_json
from mnist_core.runs.run import Run
from mnist_core.runs.snapshot_index import SnapshotIndex
from mnist_core.runs.store import RunStore


@pytest.fixture
def store(tmp_path):
    """Return a store with one finished run that has not changed for an hour."""
    store = RunStore(tmp_path / "runs")
    age(store.create(TrainingConfig(), "First", status="finished"))
    return store


def age(run: Run) -> None:
    """Set the times of a run's files and folders back by an hour."""
    for path in [*run.folder.rglob("*"), run.folder]:
        time = path.stat().st_mtime - 3600
        os.utime(path, (time, time))


@pytest.fixture
def reads(monkeypatch):
    """Return the ids of the runs that were read, in order."""
    reads = []

    class CountingRun(Run):
        def read(self):
            reads.append(self.id)
            return super().read()

    monkeypatch.setattr(snapshot_index, "Run", CountingRun)
    return reads


def test_an_ended_run_is_read_once(store, reads):
    """The second list returns the same snapshot without reading its files."""
    index = SnapshotIndex(store.folder)
    (first,), (second,) = index.read(), index.read()
    assert first is second
    assert len(reads) == 1


@pytest.mark.parametrize("status", ["queued", "running", "interrupted", "damaged"])
def test_other_runs_are_read_every_time(store, reads, status):
    """Their status may change without a change of their files."""
    age(store.create(TrainingConfig(), "Second", status=status))
    index = SnapshotIndex(store.folder)
    reads.clear()
    index.read()
    index.read()
    assert len(reads) == 3


def test_a_run_that_has_just_changed_is_read_again(store, reads, monkeypatch):
    """A second change could have the same time as the first."""
    monkeypatch.setattr(snapshot_index, "SETTLED_SECONDS", 600)
    store.create(TrainingConfig(), "Second", status="finished")
    index = SnapshotIndex(store.folder)
    reads.clear()
    index.read()
    index.read()
    assert len(reads) == 3


def test_every_change_is_seen(store, monkeypatch):
    """A new name, a state overwritten in place, a new run and a deleted one."""
    monkeypatch.setattr(snapshot_index, "SWEEP_SECONDS", 0)
    index = SnapshotIndex(store.folder)
    (snapshot,) = index.read()
    run = snapshot.run
    run.rename("Renamed")
    assert [each.name for each in index.read()] == ["Renamed"]
    age(run)
    index.read()
    overwrite_json(run.state_path, {**read_json(run.state_path), "status": "failed"})
    assert [each.status for each in index.read()] == ["failed"]
    age(run)
    index.read()
    second = store.create(TrainingConfig(), "Second")
    assert {each.name for each in index.read()} == {"Renamed", "Second"}
    shutil.rmtree(run.folder)
    assert [each.id for each in index.read()] == [second.id]


def test_what_was_looked_at_a_moment_ago_is_not_looked_at_again(store, monkeypatch):
    """Until the folder of the runs changes, only the runs that have not ended are read."""
    monkeypatch.setattr(snapshot_index, "SWEEP_SECONDS", 1e6)
    waiting = store.create(TrainingConfig(), "Second")
    os.utime(store.folder, (1, 1))
    index = SnapshotIndex(store.folder)
    index.read()
    with monkeypatch.context() as patch:
        patch.setattr(snapshot_index, "_list_folders", None)
        assert {each.status for each in index.read()} == {"finished", "queued"}
        overwrite_json(waiting.state_path, {"status": "stopped"})
        assert {each.status for each in index.read()} == {"finished", "stopped"}
    waiting.rename("Renamed")
    assert "Renamed" in {each.name for each in index.read()}


def test_a_missing_folder_holds_no_runs(tmp_path):
    """The folder is created with the first run; files and hidden folders in it are not runs."""
    folder = tmp_path / "runs"
    assert SnapshotIndex(folder).read() == []
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "run.json").touch()
    (folder / "empty").mkdir()
    (folder / "file").touch()
    assert SnapshotIndex(folder).read() == []
