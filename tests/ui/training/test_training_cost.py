"""The estimated cost of a training."""

from pathlib import Path

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.jobs.cost_estimate import FINISHING_SECONDS, Measurement
from mnist_core.runs.store import RunStore
from ui.training import training_cost


def test_an_epoch_and_the_whole_run_are_estimated_by_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the latest run, if there is one; the measurement of a few steps says less."""
    measurement = Measurement(0.0, 1000, 2.0, 0.01, 0.001, {})
    monkeypatch.setattr(training_cost, "find_measurement", lambda *_: measurement)
    monkeypatch.setattr(training_cost, "estimate_by_recent_run", lambda *_: 60 + FINISHING_SECONDS)
    cost = training_cost.estimate_training(TrainingConfig(epochs=6), RunStore(tmp_path))
    assert cost is not None
    assert cost.seconds == 60 + FINISHING_SECONDS
    assert cost.epoch_seconds == 10
