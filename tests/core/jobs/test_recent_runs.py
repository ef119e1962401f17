"""Tests of mnist_core.jobs.recent_runs: which run an estimate is taken from."""

import json
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.inference.classifier import DEFAULT_MODEL
from mnist_core.jobs.cost_estimate import FINISHING_SECONDS
from mnist_core.jobs.recent_runs import estimate_by_recent_run
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.training.epochs import EpochResult


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """Return an empty store of runs."""
    return RunStore(tmp_path)


def record(store: RunStore, *seconds: float, **settings: object) -> Run:
    """Record a run on this machine whose epochs took so long."""
    config = TrainingConfig(**{"epochs": max(1, len(seconds)), **settings})  # type: ignore[arg-type]
    run = store.create(config, status="finished")
    run.write_state(host=socket.gethostname())
    for epoch, duration in enumerate(seconds, start=1):
        run.append_epoch(EpochResult(epoch, 10, 0.1, 0.9, 0.1, 0.9, duration))
        shutil.copyfile(DEFAULT_MODEL, run.epoch_model_path(epoch))
    return run


def test_the_first_epoch_counts_once(store: RunStore) -> None:
    """It includes the start; the others are averaged."""
    record(store, 20.0, 10.0, 12.0)
    seconds = estimate_by_recent_run(TrainingConfig(epochs=5), store.list())
    assert seconds == 20 + 4 * 11 + FINISHING_SECONDS


def test_other_seeds_and_rates_are_the_same_recipe(store: RunStore) -> None:
    """Other sizes and augmentations are not."""
    record(store, 20.0, seed=3, learning_rate=0.1, schedule="constant", patience=3)
    same, *others = [
        TrainingConfig(epochs=1),
        TrainingConfig(epochs=1, batch_size=64),
        TrainingConfig(epochs=1, model="swift"),
        TrainingConfig(epochs=1, augmentation=Augmentation(affine=True)),
    ]
    assert estimate_by_recent_run(same, store.list()) == 20 + FINISHING_SECONDS
    assert [estimate_by_recent_run(other, store.list()) for other in others] == [None] * 3


def test_old_foreign_and_unfinished_runs_do_not_count(store: RunStore) -> None:
    """Neither do runs without a complete epoch."""
    config = TrainingConfig(epochs=1)
    record(store)
    record(store, 20.0).write_state(host="elsewhere")
    old = record(store, 20.0)
    request = json.loads(old.request_path.read_text())
    request["created"] = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    old.request_path.write_text(json.dumps(request))
    assert estimate_by_recent_run(config, store.list()) is None
