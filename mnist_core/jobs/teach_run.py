"""Teach a whole network in a recorded run, and measure what that changes.

After the teaching, it is repeated on two thirds of the drawings at a time, to classify the others
(cross-validation), since the taught network cannot be judged by what it was taught.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier
from mnist_core.jobs.run_record import (
    RunRecorder,
    load_checkpoint,
    measure_results,
    save_keras_model,
)
from mnist_core.runs.run import Run
from mnist_core.runs.teaching_run import read_taught_drawings, save_report
from mnist_core.runs.trained_model import trained_model
from mnist_core.teaching.folds import deal_by_digit
from mnist_core.teaching.report import MIN_DRAWINGS, TeachingReport
from mnist_core.teaching.whole_network import (
    STEPS,
    build_network,
    name_weights,
    teach_whole_network,
)
from mnist_core.training.epochs import Progress, StopTraining
from mnist_core.training.keras_evaluation import predict

if TYPE_CHECKING:
    import keras

FOLDS = 3


def teach_recorded(run: Run, data: Mnist) -> None:
    """Teach the drawings of a run that `create_teaching` created, and complete its record.

    Args:
        run: A run that this process has claimed.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.

    Raises:
        RunError: The run's drawings cannot be read, or its checkpoint cannot be unpacked now.
        ModelError: The base cannot be read.
        OSError: The record cannot be written.
    """
    config = run.read().config
    drawings, base = read_taught_drawings(run), Classifier.load(run.base_path)
    checkpoint = load_checkpoint(run, lambda: build_network(base, config))
    completed = 0 if checkpoint is None else int(checkpoint.optimizer.iterations) // STEPS

    def write_model(model: keras.Model, path: Path) -> None:
        with write_atomically(path) as temporary:
            temporary.write_bytes(base.with_taught_weights(name_weights(base, model)).graph)

    recorder = RunRecorder(run, write_model)
    recorder.resume_after(completed, checkpoint)
    result = teach_whole_network(
        drawings,
        base,
        data,
        config,
        recorder.record_progress,
        recorder.record_epoch,
        resume_from=checkpoint,
    )
    write_model(result.model, run.model_path)
    save_keras_model(run, result.model)
    results = measure_results(trained_model(run.read()), data)
    recorder.record_end(result)
    if not result.stopped and (after := _cross_validate(run, drawings, base, data)) is not None:
        report = TeachingReport(
            labels=drawings.labels,
            before=base.probabilities(drawings.images).argmax(axis=1),
            after=after,
            mnist_before=evaluate(base, data.test).accuracy,
            mnist_after=results.test_accuracy,
            mnist_count=len(data.test.labels),
        )
        save_report(run, report)
    run.write_state(status="stopped" if result.stopped else "finished", results=asdict(results))


def _cross_validate(run: Run, drawings: Split, base: Classifier, data: Mnist) -> np.ndarray | None:
    """Return the digits predicted for the drawings by networks that were not taught them, (n,).

    None for fewer than two drawings, or if a person requested the end meanwhile.
    """
    if len(drawings.labels) < MIN_DRAWINGS:
        return None
    config = run.read().config

    def stop_if_requested(progress: Progress) -> None:
        if run.is_stop_requested():
            raise StopTraining

    predicted = np.empty(len(drawings.labels), np.int64)
    for fold in deal_by_digit(drawings.labels, FOLDS):
        others = Split(np.delete(drawings.images, fold, axis=0), np.delete(drawings.labels, fold))
        result = teach_whole_network(others, base, data, config, stop_if_requested)
        if result.stopped:
            return None
        predicted[fold] = predict(result.model, drawings.images[fold]).argmax(axis=1)
    return predicted
