"""Tests of the sentences about a run that teaches a network drawings."""

from pathlib import Path

import numpy as np

from mnist_core import load_mnist
from mnist_core.config import TrainingConfig
from mnist_core.runs.model_registry import get_model
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching_run import create_teaching, save_report
from mnist_core.teaching import TeachingReport
from ui.training.queue_message import format_queue_position
from ui.training.teaching_message import format_teaching

IMAGES = load_mnist().test.images[:3] / np.float32(255)


def test_other_runs_have_no_such_sentence(tmp_path: Path) -> None:
    """A run that trains a network from its beginning teaches nobody's drawings."""
    run = RunStore(tmp_path).create(TrainingConfig())
    assert format_teaching(run.read()) == ""


def test_a_queued_teaching_names_base_hand_and_count(tmp_path: Path) -> None:
    """One drawing has a sentence of its own, and names cannot add markup."""
    store = RunStore(tmp_path)
    base = get_model(store, "compact")
    run = create_teaching(store, IMAGES, np.array([7, 2, 1]), base, "A*ki*")
    text = format_teaching(run.read())
    assert "“Compact (built in)”" in text.replace("\\", "")
    assert "3 drawings by A" in text
    assert "A*ki*" not in text
    single = create_teaching(store, IMAGES[:1], np.array([7]), base, "")
    assert "1 drawing by you." in format_teaching(single.read())
    assert "first in the queue" in format_queue_position(run.read(), store)


def test_the_end_gives_both_accuracies_and_a_verdict(tmp_path: Path) -> None:
    """The interval belongs to the accuracy on drawings that were left out."""
    store = RunStore(tmp_path)
    run = create_teaching(store, IMAGES, np.array([7, 2, 1]), get_model(store, "compact"), "Aki")
    labels = np.arange(30) % 10
    before = np.where(labels < 3, 9, labels)
    save_report(run, TeachingReport(labels, before, labels, 0.9967, 0.9964, 10_000))
    text = format_teaching(run.read())
    assert "21 of 3 before" not in text
    assert "21 of 30 before, 30 after" in text
    assert "99.67\u00a0% before, 99.64\u00a0% after" in text
    assert "Teaching helps" in text
