"""Train one recorded run, or teach its network, and write its record meanwhile.

The worker, the command line and a Dask cluster all call `execute`. It needs only the run's folder
and the data.
"""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.errors import MnistError, describe_fault
from mnist_core.evaluation.calibration import apply_temperature, fit_temperature
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.inference.classifier import Classifier
from mnist_core.jobs.run_record import (
    RunRecorder,
    load_checkpoint,
    load_epoch_weights,
    measure_results,
    save_keras_model,
)
from mnist_core.jobs.teach_run import teach_recorded
from mnist_core.messages import message
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.trained_model import TrainedModel, trained_model
from mnist_core.runs.write_errors import describe_write_error, is_disk_full
from mnist_core.training.early_stopping import EarlyStopping
from mnist_core.training.keras_evaluation import Performance
from mnist_core.training.onnx_export import write_onnx
from mnist_core.training.trainer import build_model, split_validation, steps_per_epoch, train

if TYPE_CHECKING:
    import keras

LIBRARIES = ("tensorflow", "keras", "numpy", "onnxruntime")


def execute(run: Run, data: Mnist) -> None:
    """Train a run, from its checkpoint if it has one, and complete its record.

    A failure is recorded with its reason and raised again.

    Args:
        run: A run that no other process trains.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.

    Raises:
        RunError: Another process trains this run, its training began with other data, or its
            checkpoint cannot be unpacked now.
        MnistError: The run's settings cannot be used.
        OSError: The record cannot be written.
    """
    run.claim()
    try:
        with record_failure(run):
            _check_data(run, data)
            run.write_state(
                status="running",
                reason=None,
                results=None,
                uncalibrated=None,
                worker=os.getpid(),
                host=socket.gethostname(),
                versions={
                    "python": platform.python_version(),
                    **{name: version(name) for name in LIBRARIES},
                },
                data=data.fingerprint,
            )
            (teach_recorded if run.teaching_path.exists() else _train)(run, data)
    finally:
        run.lock.release()


@contextmanager
def record_failure(run: Run) -> Iterator[None]:
    """Mark a run as failed, with the reason, if the block raises an exception."""
    try:
        yield
    except Exception as error:
        with suppress(OSError):  # the error that is raised again matters more
            run.write_failure(_describe_failure(error))
        raise


def _describe_failure(error: Exception) -> str:
    if isinstance(error, MnistError):
        return str(error)
    if isinstance(error, OSError) or is_disk_full(error):
        return message(
            "The run's record cannot be written. {error}", error=describe_write_error(error)
        )
    return message("The training failed: {fault}.", fault=describe_fault(error))


def _check_data(run: Run, data: Mnist) -> None:
    """Raise an error if the checkpoint was trained on other images."""
    before = run.read()
    if before.has_checkpoint and before.state.get("data") not in (None, data.fingerprint):
        raise RunError(
            message(
                "The training of the run “{name}” began with other images. Set MNIST_DATA_DIR to "
                "their folder, or start a new run with the same settings.",
                name=before.name,
            )
        )


def _train(run: Run, data: Mnist) -> None:
    config = run.read().config
    checkpoint = load_checkpoint(run, lambda: build_model(config, len(data.train.labels)))
    _, held_out = split_validation(data.train, config.validation_fraction)
    recorder = RunRecorder(run, partial(write_calibrated, held_out=held_out))
    recorder.resume_after(_count_completed_epochs(config, data, checkpoint), checkpoint)
    stopping = None
    if checkpoint is not None and config.patience is not None:
        stopping = EarlyStopping(config.patience)
        stopping.resume(run.read_epochs(), partial(load_epoch_weights, run, checkpoint))
    result = train(
        config,
        data,
        recorder.record_progress,
        recorder.record_epoch,
        recorder.record_start,
        resume_from=checkpoint,
        early_stopping=stopping,
    )
    write_calibrated(result.model, run.model_path, held_out)
    save_keras_model(run, result.model)
    trained = trained_model(run.read())
    results = measure_results(trained, data)
    recorder.record_end(result)
    run.write_state(
        status="stopped" if result.stopped else "finished",
        results=asdict(results),
        uncalibrated=asdict(_measure_uncalibrated(trained, data.test)),
    )


def write_calibrated(model: keras.Model, path: Path, held_out: Split) -> None:
    """Write a model with the temperature that calibrates it, fitted on the validation images.

    Every model of a run is written by this function, so that the probabilities of all its epochs
    are calibrated in the same way. Without validation images, the temperature is 1.
    """
    write_onnx(model, path)
    if len(held_out.labels):
        logits = Classifier.load(path).logits(held_out.images)
        write_onnx(model, path, {"temperature": fit_temperature(logits, held_out.labels)})


def _measure_uncalibrated(model: TrainedModel, test: Split) -> Performance:
    """Measure the test loss as training measures losses, without the temperature."""
    calibrated = model.evaluate(test)
    probabilities = apply_temperature(calibrated.probabilities, 1 / model.load().temperature)
    return Performance(Evaluation(test.labels, probabilities).loss, calibrated.accuracy)


def _count_completed_epochs(
    config: TrainingConfig, data: Mnist, checkpoint: keras.Model | None
) -> int:
    """Return the number of complete epochs of a checkpoint, by its optimizer's step count."""
    if checkpoint is None:
        return 0
    steps = steps_per_epoch(config, len(data.train.labels))
    return int(checkpoint.optimizer.iterations) // steps
