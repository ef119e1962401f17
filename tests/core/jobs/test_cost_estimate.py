"""Tests of mnist_core.jobs.cost_estimate: costs and remaining times follow from measurements."""

import json
import time
from dataclasses import asdict, fields, replace

import pytest

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.jobs.cost_estimate import (
    DAY,
    FILE,
    FINISHING_SECONDS,
    Measurement,
    estimate_cost,
    estimate_remaining,
    load_measurements,
    measure_pace,
    save_measurements,
)
from mnist_core.training.epochs import EpochResult, Progress

FREE = {"affine": 0.0, "elastic": 0.0, "thickness": 0.0, "style": 0.0}
MEASURED = Measurement(
    measured_at=time.time(),
    parameters=1000,
    startup_seconds=2.0,
    step_seconds=0.01,
    image_seconds=0.001,
    augmentation=FREE,
)


def progress(epoch, step, seconds):
    """Return a report in one of four epochs of 100 steps."""
    return Progress(epoch, 4, step, 100, 0.5, 0.9, seconds)


def result(epoch, seconds):
    """Return an epoch of 100 steps."""
    return EpochResult(epoch, 100, 0.5, 0.9, 0.5, 0.9, seconds)


def test_a_cost_checked_by_hand():
    """Two epochs of ten steps with ten images each, nothing held out."""
    config = TrainingConfig(epochs=2, batch_size=10, validation_fraction=0)
    cost = estimate_cost(config, MEASURED, images=100)
    assert cost.steps == 10
    assert cost.seconds == pytest.approx(2 + 2 * 10 * (0.01 + 10 * 0.001) + FINISHING_SECONDS)


def test_augmentation_costs_what_was_measured():
    """Each change that is switched on adds its time an image, the others none."""
    dear = replace(MEASURED, augmentation={**FREE, "elastic": 0.002, "style": 5.0})
    plain = TrainingConfig(epochs=1, batch_size=10, validation_fraction=0)
    bent = TrainingConfig(
        epochs=1, batch_size=10, validation_fraction=0, augmentation=Augmentation(elastic=True)
    )
    difference = estimate_cost(bent, dear, 100).seconds - estimate_cost(plain, dear, 100).seconds
    assert difference == pytest.approx(100 * 0.002)


def test_the_rest_follows_the_latest_pace():
    """Ten steps a second leave 25 seconds for 250 steps, however slow the start was."""
    reports = [progress(2, 10, 40.0), progress(2, 30, 42.0), progress(2, 50, 44.0)]
    assert estimate_remaining([result(1, 99.0)], reports) == pytest.approx(25.0)


def test_the_rest_at_an_epochs_start_follows_the_epoch_before():
    """One report is no pace yet; the last whole epoch's is taken."""
    left = estimate_remaining([result(1, 20.0)], [progress(1, 100, 20.0), progress(2, 1, 0.1)])
    assert left == pytest.approx(299 * 0.2)


def test_the_pace_leaves_the_building_of_the_graph_out():
    """The first step took 5 s, the others 10 ms; just after an epoch the one before counts."""
    reports = [progress(1, 1, 5.0), progress(1, 51, 5.5), progress(1, 101, 6.0)]
    assert measure_pace(reports[:1]) is None
    assert measure_pace(reports) == pytest.approx(0.01)
    assert measure_pace([*reports, progress(2, 1, 0.1)]) == pytest.approx(0.01)


def test_no_pace_no_estimate():
    """Nothing is claimed before anything was seen."""
    assert estimate_remaining([], []) is None
    assert estimate_remaining([], [progress(1, 1, 3.0)]) is None


def test_figures_are_kept_a_day(tmp_path):
    """What was measured is read back, and forgotten after a day."""
    save_measurements(tmp_path, {"compact": MEASURED, "tutorial": MEASURED})
    assert load_measurements(tmp_path) == {"compact": MEASURED, "tutorial": MEASURED}
    old = replace(MEASURED, measured_at=time.time() - DAY - 60)
    save_measurements(tmp_path, {"compact": MEASURED, "tutorial": old})
    assert load_measurements(tmp_path) == {"compact": MEASURED}


def test_endless_figures_are_measured_again(tmp_path):
    """JSON has whole numbers that no floating point number can hold."""
    save_measurements(tmp_path, {"compact": replace(MEASURED, measured_at=10**400)})
    assert load_measurements(tmp_path) == {}


@pytest.mark.parametrize("augmentation", [{}, {**FREE, "mirror": 0.0}, {**FREE, "style": "quick"}])
def test_figures_of_other_changes_are_measured_again(tmp_path, augmentation):
    """As those that an older version of the app has left."""
    save_measurements(tmp_path, {"compact": replace(MEASURED, augmentation=augmentation)})
    assert load_measurements(tmp_path) == {}


@pytest.mark.parametrize("depth", [100, 900, 100_000])
@pytest.mark.parametrize("name", [field.name for field in fields(Measurement)])
def test_deeply_nested_figures_are_measured_again(tmp_path, name, depth):
    """Whether or not so many lists in each other can be parsed."""
    content = json.dumps({"compact": asdict(MEASURED) | {name: "figure"}})
    (tmp_path / FILE).write_text(content.replace('"figure"', "[" * depth + "]" * depth))
    assert load_measurements(tmp_path) == {}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"compact": {}}', '{"compact": 3}'])
def test_a_damaged_file_counts_as_none(tmp_path, content):
    """Figures that cannot be read are measured again."""
    (tmp_path / FILE).write_text(content)
    assert load_measurements(tmp_path) == {}
