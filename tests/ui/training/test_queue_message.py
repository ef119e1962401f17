"""Tests of the sentence about a queued run."""

import time
from pathlib import Path

import pytest
from filelock import FileLock

from mnist_core.config import TrainingConfig
from mnist_core.jobs.cost_estimate import Measurement, save_measurements
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.training.epochs import Progress
from ui.training.queue_message import format_queue_position


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """Return an empty store."""
    return RunStore(tmp_path)


def save_measurement(store: RunStore) -> None:
    """Save a measurement by which a run of one epoch takes about a minute."""
    store.folder.mkdir(exist_ok=True)
    kinds = dict.fromkeys(["affine", "elastic", "thickness", "style"], 0.0)
    measurement = Measurement(time.time(), 1000, 0.0, 0.0, 0.001, kinds)
    save_measurements(store.folder, {"compact": measurement})


def queue_runs(store: RunStore, count: int) -> list[Run]:
    """Queue runs of one epoch named A, B and so on."""
    config = TrainingConfig(epochs=1)
    return [store.create(config, name=name) for name in "ABCD"[:count]]


def start(run: Run, seconds_left: float | None) -> FileLock:
    """Mark a run as being trained, with so many seconds left; None before its first batch."""
    run.write_state(status="running")
    if seconds_left is not None:
        pace = seconds_left / 50
        for step in (1, 50):
            run.append_batch(Progress(1, 1, step, 100, 0.5, 0.8, seconds=step * pace))
    return FileLock(run.folder / "lock")


def describe(run: Run, store: RunStore) -> str:
    """Return the sentence about a run, with plain spaces."""
    return format_queue_position(run.read(), store).replace("\u00a0", " ")


def test_without_a_run_in_training_no_run_is_named(store: RunStore) -> None:
    """The first run waits for a worker, the second for the first."""
    first, second = queue_runs(store, 2)
    assert describe(first, store) == (
        "This run is the first in the queue and starts as soon as a worker is free."
    )
    assert "number 2 in the queue" in describe(second, store)


def test_the_run_in_training_is_named_with_its_remaining_time(store: RunStore) -> None:
    """Two minutes of training and a few seconds of evaluation are about two minutes."""
    training, waiting = queue_runs(store, 2)
    with start(training, seconds_left=116):
        assert describe(waiting, store) == (
            "This run is the first in the queue. It starts when “A” ends, in about 2 min."
        )


def test_without_an_estimate_only_the_run_is_named(store: RunStore) -> None:
    """Before the first batch and without a measurement, the time is unknown."""
    training, first, second = queue_runs(store, 3)
    with start(training, seconds_left=None):
        assert describe(first, store) == (
            "This run is the first in the queue. It starts when “A” ends."
        )
        assert "number 2 in the queue. It starts when “B” has ended." in describe(second, store)


def test_queued_runs_ahead_add_their_estimated_time(store: RunStore) -> None:
    """One worker takes 2 min for A and 1 min for B."""
    save_measurement(store)
    training, _, waiting = queue_runs(store, 3)
    with start(training, seconds_left=116):
        assert describe(waiting, store) == (
            "This run is number 2 in the queue. It starts when “B” ends, in about 3 min."
        )


def test_with_two_workers_the_first_to_be_free_counts(store: RunStore) -> None:
    """A and B are in training; C follows B, and D follows C long before A ends."""
    save_measurement(store)
    long, short, third, fourth = queue_runs(store, 4)
    with start(long, seconds_left=600), start(short, seconds_left=56):
        assert "when “B” ends, in about 1 min" in describe(third, store)
        assert "when “C” ends, in about 2 min" in describe(fourth, store)
