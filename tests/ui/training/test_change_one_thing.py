"""Tests of ui.training.change_one_thing: which runs of the baseline start besides."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.runs.json_file import write_json
from mnist_core.runs.snapshot import Status
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching import Teaching
from ui.training import change_one_thing
from ui.training.change_one_thing import list_missing_baselines

BASELINE = TrainingConfig(model="swift")
CHANGED = replace(BASELINE, learning_rate=0.5)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """Return a store with one finished run, whose settings were taken over."""
    store = RunStore(tmp_path)
    baseline = store.create(BASELINE, status="finished")
    monkeypatch.setattr(change_one_thing, "get_store", lambda: store)
    monkeypatch.setattr(change_one_thing, "find_baseline", baseline.read)
    return store


def repeat(config: TrainingConfig, seeds: int = 3) -> list[TrainingConfig]:
    """Return runs with the seeds 0, 1 and so on."""
    return [replace(config, seed=seed) for seed in range(seeds)]


def test_the_baseline_is_repeated_with_the_other_seeds(store: RunStore) -> None:
    """Not for a single seed, whose two runs are enough for a comparison."""
    assert list_missing_baselines(repeat(CHANGED)) == repeat(BASELINE)[1:]
    assert list_missing_baselines([CHANGED]) == []


def test_unchanged_settings_are_trained_once_per_seed(store: RunStore) -> None:
    """The runs that start are those of the baseline."""
    assert list_missing_baselines(repeat(BASELINE)) == []


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("finished", True),
        ("queued", True),
        ("failed", False),
        ("stopped", False),
        ("interrupted", False),
    ],
)
def test_runs_without_a_result_to_compare_are_repeated(
    store: RunStore, status: Status, counts: bool
) -> None:
    """Those that ended early have none; those that are queued will have one."""
    store.create(repeat(BASELINE)[1], status=status)
    missing = list_missing_baselines(repeat(CHANGED, 2))
    assert missing == ([] if counts else [repeat(BASELINE)[1]])


def test_a_run_that_teaches_does_not_count(store: RunStore) -> None:
    """Its network was trained before, and with other images."""
    teaching = asdict(Teaching("Aki", 1, "swift", "Swift", 3))
    store.create(
        repeat(BASELINE)[1],
        status="finished",
        add_files=lambda run: write_json(run.teaching_path, teaching),
    )
    assert repeat(BASELINE)[1] in list_missing_baselines(repeat(CHANGED))
