"""Records of runs that look finished, or in training, without any training."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from mnist_core.config import TrainingConfig
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.training.epochs import EpochResult, Progress

EPOCHS, STEPS = 2, 429
AN_HOUR = 3600


def make_finished_runs(folder: Path, count: int) -> None:
    """Create runs of two epochs that seem to have finished an hour ago.

    All are links to the files of one run, so that a thousand need little time and space.
    """
    if not count:
        return
    first = _make_run(RunStore(folder))
    request = json.loads(first.request_path.read_text())
    for number in range(1, count):
        copy = Run(folder / f"{first.id[:-8]}{number:08x}")
        shutil.copytree(first.folder, copy.folder, copy_function=os.link)
        copy.request_path.unlink()
        request["name"] = f"Run {number}"
        request["config"]["seed"] = number
        copy.request_path.write_text(json.dumps(request))
    time = first.state_path.stat().st_mtime - AN_HOUR
    os.utime(first.state_path, (time, time))
    for path in folder.iterdir():
        os.utime(path, (time, time))


def make_training_run(folder: Path) -> Run:
    """Create a run in its first epoch; this process holds its lock, so that it seems to train."""
    run = RunStore(folder).create(TrainingConfig(epochs=EPOCHS), name="In training")
    run.lock.acquire()
    run.write_state(status="running", untrained={"loss": 2.31, "accuracy": 0.1})
    for step in range(15, 150, 15):
        append_progress(run, step)
    return run


def append_progress(run: Run, step: int) -> None:
    """Add a progress report of the first epoch to a run."""
    run.append_batch(Progress(1, EPOCHS, step, STEPS, 0.3, 0.9, 0.01 * step))


def _make_run(store: RunStore) -> Run:
    def add_files(run: Run) -> None:
        for epoch in range(1, EPOCHS + 1):
            run.append_batch(Progress(epoch, EPOCHS, STEPS, STEPS, 0.2 / epoch, 0.95, 4.0))
            run.append_epoch(EpochResult(epoch, STEPS, 0.2 / epoch, 0.95, 0.1, 0.97, 4.0))
            shutil.copyfile(PRETRAINED / "compact.onnx", run.epoch_model_path(epoch))
        shutil.copyfile(PRETRAINED / "compact.onnx", run.model_path)
        accuracies = {"train_accuracy": 0.985, "test_accuracy": 0.987}
        results = {"train_loss": 0.05, "test_loss": 0.04, **accuracies}
        run.write_state(untrained={"loss": 2.31, "accuracy": 0.1}, results=results)

    return store.create(TrainingConfig(epochs=EPOCHS), "Run 0", "finished", add_files=add_files)
