"""Tests of mnist_core.runs.store: ids, order and uniqueness of runs."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.runs import store as store_module
from mnist_core.runs.store import RunStore


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


def test_an_id_that_is_taken_is_drawn_again(store, monkeypatch):
    """Two runs of the same second and the same random bytes are two runs."""
    monkeypatch.setattr(store, "_next_time", lambda: datetime(2026, 11, 23, tzinfo=UTC))
    tokens = iter(["draft1", "3f2a81bc", "draft2", "3f2a81bc", "3f2a81bc", "00000001"])
    monkeypatch.setattr(store_module.secrets, "token_hex", lambda count: next(tokens))
    ids = [store.create(TrainingConfig(), name=name).id for name in ("First", "Second")]
    assert ids == ["20261123-000000-compact-3f2a81bc", "20261123-000000-compact-00000001"]
    assert {each.name for each in store.list()} == {"First", "Second"}


def test_ids_have_at_least_four_random_bytes(store):
    """Two bytes collided once in 400 runs."""
    assert len(store.create(TrainingConfig()).id.rpartition("-")[2]) >= 8


def test_the_queue_keeps_its_order_when_the_clock_is_set_back(store, monkeypatch):
    """A run that is queued later is trained later."""
    times = [datetime(2026, 11, 23, 12, tzinfo=UTC) - timedelta(hours=hour) for hour in range(4)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return times.pop(0)

    monkeypatch.setattr(store_module, "datetime", Clock)
    ids = [store.create(TrainingConfig()).id for _ in range(3)]
    assert [run.id for run in store.queue()] == ids
    for run in store.queue():
        run.request_stop()
    # An empty queue has no order to keep, and the time is right again.
    assert store.create(TrainingConfig()).read().created == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_what_a_killed_process_left_is_removed_later(store):
    """Hidden folders of an hour ago go when the next run is created; new ones may be in use."""
    old, new, deleted = (store.folder / name for name in (".new-1", ".new-2", ".deleted-3"))
    for folder in (old, new, deleted):
        (folder / "epochs").mkdir(parents=True)
    for folder in (old, deleted):
        os.utime(folder, (0, 0))
    store.create(TrainingConfig())
    assert not old.exists()
    assert not deleted.exists()
    assert new.exists()
