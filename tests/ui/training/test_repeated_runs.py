"""Tests of ui.training.repeated_runs: which runs belong together."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.layer_designs import Dense, Flatten
from mnist_core.network_design import NetworkDesign
from mnist_core.runs.json_file import write_json
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching import Teaching
from mnist_core.training.epochs import EpochResult
from ui.training import repeated_runs
from ui.training.repeated_runs import Group, _make_figure, list_groups, name_groups


def add_run(store: RunStore, accuracy: float | None, status: str = "finished", **settings) -> None:
    """Add a run with two epochs, the second of which has the accuracy."""
    run = store.create(TrainingConfig(**settings), status=status)  # type: ignore[arg-type]
    loss = None if accuracy is None else 0.1
    for epoch, value in ((1, accuracy and 0.5), (2, accuracy)):
        run.append_epoch(EpochResult(epoch, 10, 0.1, 0.9, loss, value, 1.0))


def test_runs_that_differ_in_the_seed_only_are_a_group(tmp_path: Path) -> None:
    """Single runs, unfinished ones and those without validation images are in none."""
    store = RunStore(tmp_path)
    for seed, accuracy in ((0, 0.97), (1, 0.98), (2, 0.99), (1, 0.985)):
        add_run(store, accuracy, seed=seed)
    add_run(store, 0.9, seed=3, status="failed")
    add_run(store, 0.9, learning_rate=0.5)
    add_run(store, None, seed=0, epochs=5)
    add_run(store, None, seed=1, epochs=5)
    (group,) = list_groups(store.list())
    assert dict(zip(group.seeds, group.accuracies, strict=True)) == {0: 0.97, 1: 0.985, 2: 0.99}
    assert group.config == TrainingConfig()


def test_runs_that_teach_are_in_no_group(tmp_path: Path) -> None:
    """They differ in the drawings that they teach too."""
    store = RunStore(tmp_path)
    for seed, hand in enumerate(["Aki", "Bo"]):
        add_run(store, 0.98, seed=seed)
        write_json(
            store.list()[0].run.teaching_path,
            asdict(Teaching(hand, None, "compact", "Compact", 10)),
        )
    assert list_groups(store.list()) == []


def test_of_many_runs_the_newest_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean is that of all of them."""
    monkeypatch.setattr(repeated_runs, "MOST_RUNS", 2)
    group = Group(TrainingConfig(), (7, 8, 9), (0.97, 0.98, 0.96), datetime(2026, 11, 1))
    figure = _make_figure([group], ["compact"])
    (points,) = figure.data
    assert list(points.x) == [97, 98]
    assert list(points.customdata) == [7, 8]
    assert figure.layout.shapes[1].x0 == pytest.approx(97)


def test_early_stopping_counts_the_epoch_whose_weights_were_kept(tmp_path: Path) -> None:
    """That with the lowest validation loss."""
    store = RunStore(tmp_path)
    for seed in (0, 1):
        run = store.create(TrainingConfig(seed=seed, patience=1), status="finished")
        for epoch, loss, accuracy in ((1, 0.1, 0.98), (2, 0.2, 0.99)):
            run.append_epoch(EpochResult(epoch, 10, 0.1, 0.9, loss, accuracy, 1.0))
    (group,) = list_groups(store.list())
    assert group.accuracies == (0.98, 0.98)


def test_groups_of_several_own_networks_have_different_names(tmp_path: Path) -> None:
    """The oldest network keeps its name, also after it was trained with another seed."""
    store = RunStore(tmp_path)
    small, large = (NetworkDesign((Flatten(), Dense(units))) for units in (16, 64))
    for seed in (0, 1):
        add_run(store, 0.97, seed=seed, model="own", design=small)
        add_run(store, 0.98, seed=seed, model="own", design=large)
    assert name_groups(list_groups(store.list())) == ["Your own (2)", "Your own"]
    add_run(store, 0.97, seed=2, model="own", design=small)
    assert name_groups(list_groups(store.list())) == ["Your own", "Your own (2)"]
    for seed in (0, 1):
        add_run(store, 0.99, seed=seed, model="own", design=large, learning_rate=0.5)
    names = [name.partition(" · ")[::2] for name in name_groups(list_groups(store.list()))]
    assert names == [
        ("Your own (2)", "Learning rate 0.5"),
        ("Your own", "Learning rate 0.01"),
        ("Your own (2)", "Learning rate 0.01"),
    ]


def test_groups_that_look_the_same_have_different_names(tmp_path: Path) -> None:
    """Names round the settings."""
    store = RunStore(tmp_path)
    for seed in (0, 1):
        for held_out in (4990, 5000):
            add_run(store, 0.97, seed=seed, validation_fraction=held_out / 60_000)
    assert name_groups(list_groups(store.list())) == ["Compact", "Compact (2)"]


def test_tags_in_the_name_of_a_network_are_shown_as_text(tmp_path: Path) -> None:
    """The record of a run may name any, and plotly would make a link of this one."""
    store = RunStore(tmp_path)
    for seed in (0, 1):
        add_run(store, 0.9, seed=seed, model="<a href=x>")
    groups = list_groups(store.list())
    figure = _make_figure(groups, name_groups(groups))
    for text in (figure.data[0].name, figure.layout.yaxis.ticktext[0]):
        assert text == "&lt;a href=x&gt;"
