"""What the training of a run and a thorough teaching record in the same way."""

from __future__ import annotations

import json
import logging
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.messages import message
from mnist_core.runs.epoch_models import prune_epoch_models
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.trained_model import TrainedModel
from mnist_core.training.checkpoint_weights import restore
from mnist_core.training.epochs import EpochResult, Progress, StopTraining, TrainingResult
from mnist_core.training.fit_diagnosis import Results
from mnist_core.training.keras_archive import VALUES, KerasFileError
from mnist_core.training.keras_evaluation import Performance
from mnist_core.training.onnx_export import write_onnx

if TYPE_CHECKING:
    import keras
    import numpy as np

logger = logging.getLogger(__name__)

COMPARED_IMAGES = 10_000  # of the training images, for the comparison with the test images


class RunRecorder:
    """The callbacks of a training loop, which record it.

    Args:
        run: The run.
        write_model: Writes the model that is being trained to an .onnx file.
    """

    def __init__(self, run: Run, write_model: Callable[[keras.Model, Path], None]) -> None:
        self._run = run
        self._write_model = write_model

    def record_start(self, performance: Performance, model: keras.Model) -> None:
        """Save the model before its training, and its performance."""
        write_onnx(model, self._run.untrained_path)
        self._run.write_state(untrained=asdict(performance))

    def record_progress(self, progress: Progress) -> None:
        """Add a progress report.

        Raises:
            StopTraining: A person has requested the end.
        """
        self._run.append_batch(progress)
        if self._run.is_stop_requested():
            raise StopTraining

    def record_epoch(self, result: EpochResult, model: keras.Model) -> None:
        """Save the model after an epoch, and the epoch's result."""
        run = self._run
        # The checkpoint comes first, so that nothing is shown as saved that a kill could undo.
        run.write_checkpoint(result, model.save)
        self._write_model(model, run.epoch_model_path(result.epoch))
        prune_epoch_models(run, run.read_epochs())
        run.append_epoch(result)

    def record_end(self, result: TrainingResult) -> None:
        """Add the epoch in which the training was stopped, unless it was complete."""
        if not result.stopped:
            return
        last = result.history[-1]
        if last.epoch not in {each.epoch for each in self._run.read_epochs()}:
            self._run.append_epoch(last)

    def resume_after(self, completed: int, checkpoint: keras.Model | None) -> None:
        """Make the record end with the last epoch of the checkpoint."""
        run = self._run
        run.restore_epoch(completed)
        if completed and not run.epoch_model_path(completed).exists():
            self._write_model(checkpoint, run.epoch_model_path(completed))


def load_checkpoint(run: Run, build: Callable[[], keras.Model]) -> keras.Model | None:
    """Return the model after the last complete epoch; None if there is none or it is damaged.

    Args:
        run: The run.
        build: Builds its compiled model, whose weights and state are then set.

    Raises:
        RunError: It cannot be read or unpacked now, such as on a full disk; it is not damaged.
    """
    if not run.checkpoint_path.is_file():
        return None
    model = build()
    try:
        restore(model, run.checkpoint_path)
    except KerasFileError:
        logger.exception("The checkpoint of the run %s cannot be read", run.id)
        return None
    except OSError as error:
        raise RunError(
            message(
                "The checkpoint of the run “{name}” cannot be unpacked in {folder} ({reason}). "
                "Free some space, check the permissions, and resume the run.",
                name=run.read().name,
                folder=tempfile.gettempdir(),
                reason=error.strerror or error,
            )
        ) from error
    return model


def load_epoch_weights(run: Run, model: keras.Model, epoch: int) -> list[np.ndarray] | None:
    """Return the weights after an epoch, in the order of the model's; None if they are not there.

    Args:
        run: The run.
        model: A model with the layers of the run's network.
        epoch: The epoch, counted from 1.
    """
    try:
        saved = Classifier.load(run.epoch_model_path(epoch)).weights
        return [saved[variable.path] for variable in model.weights]
    except (ModelError, KeyError):
        logger.exception("Epoch %d of the run %s cannot be read", epoch, run.id)
        return None


def save_keras_model(run: Run, model: keras.Model) -> None:
    """Save a model without the optimizer's state, which is twice as large as the weights.

    What the run's .onnx file says beside the network is stored too, so that this app gives the same
    probabilities from either file. Keras ignores it.
    """
    trained = Classifier.load(run.model_path)
    values = {"temperature": trained.temperature, "taught": trained.is_taught}
    copy = type(model).from_config(model.get_config())
    copy.set_weights(model.get_weights())
    with write_atomically(run.keras_path) as temporary:
        copy.save(temporary)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.writestr(VALUES, json.dumps(values))


def measure_results(model: TrainedModel, data: Mnist) -> Results:
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
