"""The loop over the epochs of a training, and what it reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mnist_core.training.keras_evaluation import Performance

if TYPE_CHECKING:
    import keras


class StopTraining(Exception):
    """Raised by a callback to end the run; the model keeps what it has learned."""


@dataclass(frozen=True)
class Progress:
    """Progress of a run within an epoch.

    Loss and accuracy are means over the steps since the last report, computed on the training
    batches with dropout and augmentation. The loss does not include label smoothing.

    Attributes:
        epoch: The current epoch, counted from 1.
        epochs: How many epochs the run has.
        step: The last completed step of this epoch, counted from 1.
        steps: How many steps an epoch has.
        loss: Mean cross-entropy.
        accuracy: In 0..1.
        seconds: Since the epoch began.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    accuracy: float
    seconds: float

    @property
    def fraction(self) -> float:
        """The completed fraction of the run, 0..1."""
        return ((self.epoch - 1) * self.steps + self.step) / (self.epochs * self.steps)


@dataclass(frozen=True)
class StepTotals:
    """Sums over gradient steps that follow one another.

    Attributes:
        steps: The number of steps.
        loss: The sum of the mean cross-entropies of their batches.
        correct: How many images of their batches were classified correctly.
    """

    steps: int
    loss: float
    correct: int


@dataclass(frozen=True)
class EpochResult:
    """The metrics of one epoch.

    Attributes:
        epoch: Counted from 1.
        steps: Completed steps; fewer than usual if the run was stopped during the epoch.
        loss: Mean cross-entropy over the epoch's batches, while the weights changed.
        accuracy: Mean accuracy over the epoch's batches, in 0..1.
        validation_loss: Cross-entropy at the end of the epoch; None without validation images.
        validation_accuracy: In 0..1; None without validation images.
        seconds: Duration of the epoch.
    """

    epoch: int
    steps: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


@dataclass
class TrainingResult:
    """The outcome of a run.

    Attributes:
        model: The trained Keras model.
        history: The metrics of each epoch.
        stopped: Whether a callback ended the run early.
    """

    model: keras.Model
    history: list[EpochResult] = field(default_factory=list)
    stopped: bool = False


def run_epochs(
    model: keras.Model,
    epochs: int,
    steps: int,
    batch_size: int,
    run_steps: Callable[[int], Iterator[StepTotals]],
    validate: Callable[[], Performance | None],
    on_progress: Callable[[Progress], None] | None,
    on_epoch: Callable[[EpochResult, keras.Model], None] | None,
    is_over: Callable[[], bool] = lambda: False,
) -> TrainingResult:
    """Run the epochs that a model has not completed by the step count of its optimizer.

    Args:
        model: The compiled model.
        epochs: How many epochs the run has.
        steps: How many steps an epoch has.
        batch_size: Images per step.
        run_steps: Takes the steps of an epoch, counted from 1, and yields their totals whenever
            progress is reported. It is closed when the run is stopped.
        validate: Called at the end of each epoch. Returns loss and accuracy on the validation
            images, or None if there are none.
        on_progress: Called after each item of `run_steps`. May raise `StopTraining`.
        on_epoch: Called after each complete epoch with its metrics and the model, also if the run
            is stopped by its last report. May raise `StopTraining`.
        is_over: Called before each epoch. Returns whether the run ends here without being stopped.
    """
    result = TrainingResult(model)
    for epoch in range(int(model.optimizer.iterations) // steps + 1, epochs + 1):
        if is_over():
            break
        started = time.monotonic()
        total_loss, total_correct, done = 0.0, 0, 0
        try:
            for totals in run_steps(epoch):
                total_loss += totals.loss
                total_correct += totals.correct
                done += totals.steps
                if on_progress is not None:
                    on_progress(
                        Progress(
                            epoch=epoch,
                            epochs=epochs,
                            step=done,
                            steps=steps,
                            loss=totals.loss / totals.steps,
                            accuracy=totals.correct / (totals.steps * batch_size),
                            seconds=time.monotonic() - started,
                        )
                    )
        except StopTraining:
            result.stopped = True
        validated = validate()
        result.history.append(
            EpochResult(
                epoch=epoch,
                steps=done,
                loss=total_loss / done,
                accuracy=total_correct / (done * batch_size),
                validation_loss=None if validated is None else validated.loss,
                validation_accuracy=None if validated is None else validated.accuracy,
                seconds=time.monotonic() - started,
            )
        )
        if done == steps and on_epoch is not None:
            try:
                on_epoch(result.history[-1], model)
            except StopTraining:
                result.stopped = True
        if result.stopped:
            break
    return result
