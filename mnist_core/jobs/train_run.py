"""Train one recorded run and write its record while it trains.

The worker, the command line and a Dask cluster all call `execute`. It needs only the run's folder
and the data.
"""

from __future__ import annotations

import logging
import os
import platform
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.errors import MnistError, describe_fault
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier
from mnist_core.runs.model_registry import TrainedModel, trained_model
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.write_errors import describe_write_error, is_disk_full
from mnist_core.training.checkpoint_weights import restore
from mnist_core.training.fit_diagnosis import Results
from mnist_core.training.keras_archive import KerasFileError
from mnist_core.training.onnx_export import write_onnx
from mnist_core.training.trainer import (
    EpochResult,
    Progress,
    StopTraining,
    build_model,
    split_validation,
    steps_per_epoch,
    train,
)

if TYPE_CHECKING:
    import keras

logger = logging.getLogger(__name__)

COMPARED_IMAGES = 10_000  # of the training images, for the comparison with the test images
LIBRARIES = ("tensorflow", "keras", "numpy", "onnxruntime")


def execute(run: Run, data: Mnist) -> None:
    """Train a run, from its checkpoint if it has one, and complete its record.

    A failure is recorded with its reason and raised again.

    Args:
        run: A run that no other process trains.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.

    Raises:
        RunError: Another process trains this run, or its training began with other data.
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
                worker=os.getpid(),
                host=socket.gethostname(),
                versions={
                    "python": platform.python_version(),
                    **{name: version(name) for name in LIBRARIES},
                },
                data=data.fingerprint,
            )
            _train(run, data)
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
        return f"The run's record cannot be written. {describe_write_error(error)}"
    return f"The training failed: {describe_fault(error)}."


def _check_data(run: Run, data: Mnist) -> None:
    """Raise an error if the checkpoint was trained on other images."""
    before = run.read()
    if before.has_checkpoint and before.state.get("data") not in (None, data.fingerprint):
        raise RunError(
            f"The training of the run “{before.name}” began with other images. Set MNIST_DATA_DIR "
            "to their folder, or start a new run with the same settings."
        )


def _train(run: Run, data: Mnist) -> None:
    config = run.read().config
    checkpoint = _load_checkpoint(run, config, data)
    completed = _count_completed_epochs(config, data, checkpoint)
    run.restore_epoch(completed)
    if completed and not run.epoch_model_path(completed).exists():
        write_onnx(checkpoint, run.epoch_model_path(completed))

    def record_progress(progress: Progress) -> None:
        run.append_batch(progress)
        if run.is_stop_requested():
            raise StopTraining

    def record_epoch(result: EpochResult, model: keras.Model) -> None:
        # The checkpoint comes first, so that nothing is shown as saved that a kill could undo.
        run.write_checkpoint(result, model.save)
        write_onnx(model, run.epoch_model_path(result.epoch))
        run.prune_epoch_models()
        run.append_epoch(result)

    result = train(config, data, record_progress, record_epoch, resume_from=checkpoint)
    with write_atomically(run.keras_path) as temporary:
        _without_optimizer(result.model).save(temporary)
    write_onnx(result.model, run.model_path)
    write_onnx(result.model, run.model_path, {"temperature": _fit_temperature(run, config, data)})
    results = _measure_results(trained_model(run.read()), data)
    if result.stopped:
        run.append_epoch(result.history[-1])
    run.write_state(status="stopped" if result.stopped else "finished", results=asdict(results))


def _without_optimizer(model: keras.Model) -> keras.Model:
    """Return a copy without the optimizer's state, which is twice as large as the weights."""
    copy = type(model).from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy


def _fit_temperature(run: Run, config: TrainingConfig, data: Mnist) -> float:
    """Fit the temperature on the validation images; 1 if there are none."""
    _, held_out = split_validation(data.train, config.validation_fraction)
    if not len(held_out.labels):
        return 1.0
    return fit_temperature(Classifier.load(run.model_path).logits(held_out.images), held_out.labels)


def _measure_results(model: TrainedModel, data: Mnist) -> Results:
    """Evaluate the trained model on the test images and on as many training images."""
    test = model.evaluate(data.test)
    train = evaluate(
        model.load(),
        Split(data.train.images[:COMPARED_IMAGES], data.train.labels[:COMPARED_IMAGES]),
    )
    return Results(
        train_loss=train.loss,
        train_accuracy=train.accuracy,
        test_loss=test.loss,
        test_accuracy=test.accuracy,
    )


def _load_checkpoint(run: Run, config: TrainingConfig, data: Mnist) -> keras.Model | None:
    """Return the model after the last complete epoch; None if there is none or it is damaged."""
    if not run.checkpoint_path.is_file():
        return None
    model = build_model(config, len(data.train.labels))
    try:
        restore(model, run.checkpoint_path)
    except (KerasFileError, OSError):
        logger.exception("The checkpoint of the run %s cannot be read", run.id)
        return None
    return model


def _count_completed_epochs(
    config: TrainingConfig, data: Mnist, checkpoint: keras.Model | None
) -> int:
    """Return the number of complete epochs of a checkpoint, by its optimizer's step count."""
    if checkpoint is None:
        return 0
    steps = steps_per_epoch(config, len(data.train.labels))
    return int(checkpoint.optimizer.iterations) // steps
