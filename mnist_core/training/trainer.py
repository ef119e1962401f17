"""The training loop: a configuration and images in, a trained model and its history out.

The loop does not depend on screens or files; it reports progress through callbacks. Each call of
the compiled steps takes about 0.2 s, which is also the interval of progress reports and stop
checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.training.architectures import find_design
from mnist_core.training.augmented_batches import iterate_batches, opencv_in_one_thread
from mnist_core.training.early_stopping import EarlyStopping
from mnist_core.training.epochs import (
    EpochResult,
    Progress,
    StepTotals,
    TrainingResult,
    run_epochs,
)
from mnist_core.training.gradient_steps import (
    bfloat16_where_supported,
    compile_steps,
    make_optimizer,
)
from mnist_core.training.keras_evaluation import Performance, measure_performance
from mnist_core.training.model_builders import build_design

if TYPE_CHECKING:
    import keras

FIRST_IMAGES = 250  # on which a network is evaluated before its training


def split_validation(split: Split, fraction: float) -> tuple[Split, Split]:
    """Split off the last images for validation: (training part, validation part).

    Examples:
        >>> import numpy as np
        >>> split = Split(np.zeros((10, 28, 28), np.uint8), np.zeros(10, np.uint8))
        >>> training, validation = split_validation(split, 0.2)
        >>> len(training.labels), len(validation.labels)
        (8, 2)
    """
    held_out = round(len(split.labels) * fraction)
    edge = len(split.labels) - held_out
    return (
        Split(split.images[:edge], split.labels[:edge]),
        Split(split.images[edge:], split.labels[edge:]),
    )


def steps_per_epoch(config: TrainingConfig, images: int) -> int:
    """Return the number of full batches per epoch, for that many images before the split.

    Examples:
        >>> steps_per_epoch(TrainingConfig(batch_size=128, validation_fraction=0), 60_000)
        468
    """
    training = images - round(images * config.validation_fraction)
    return training // min(config.batch_size, training)


@bfloat16_where_supported()
@opencv_in_one_thread()
def train(
    config: TrainingConfig,
    data: Mnist,
    on_progress: Callable[[Progress], None] | None = None,
    on_epoch: Callable[[EpochResult, keras.Model], None] | None = None,
    on_start: Callable[[Performance, keras.Model], None] | None = None,
    resume_from: keras.Model | None = None,
    early_stopping: EarlyStopping | None = None,
) -> TrainingResult:
    """Train a network on the training split of `data`; the test split is not used.

    The images of an epoch are shuffled by (seed, epoch), and a last batch that is not full is left
    out. A resumed run therefore gets the same batches as an uninterrupted one.

    With early stopping, the model ends with the weights of the epoch with the lowest validation
    loss, unless a callback ended the run.

    Args:
        config: The hyperparameters.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.
        on_progress: Called about five times a second. May raise `StopTraining`.
        on_epoch: Called after each complete epoch with its metrics and the model. The model
            includes the optimizer's state, so `model.save` writes a checkpoint. May raise
            `StopTraining`.
        on_start: Called before the first step with the untrained model and its performance on
            250 validation images, or on training images if there are none. Not called for a
            resumed run.
        resume_from: A model of `build_model` with the weights and the state of a checkpoint of a
            run with the same configuration.
        early_stopping: What a resumed run with a patience knows of the epochs before.

    Raises:
        UnknownNetworkError: `config.model` is not in the registry.
        DesignError: The layers of `config.design` do not fit each other, or exceed a limit.
        DatasetError: There are no training images.
    """
    data.train.check_not_empty()
    training, validation = split_validation(data.train, config.validation_fraction)
    batch_size = min(config.batch_size, len(training.labels))
    steps = steps_per_epoch(config, len(data.train.labels))

    model = build_model(config, len(data.train.labels)) if resume_from is None else resume_from
    if resume_from is None and on_start is not None:
        held_out = validation if len(validation.labels) else training
        first = Split(held_out.images[:FIRST_IMAGES], held_out.labels[:FIRST_IMAGES])
        if performance := measure_performance(model, first):
            on_start(performance, model)
    compiled_steps = compile_steps(model, config.label_smoothing)
    stopping = early_stopping or (EarlyStopping(config.patience) if config.patience else None)

    def run_steps(epoch: int) -> Iterator[StepTotals]:
        for images, labels in iterate_batches(config, training, batch_size, epoch):
            loss, correct = compiled_steps(images, labels)
            yield StepTotals(len(labels), float(loss), int(correct))

    def end_epoch(result: EpochResult, model: keras.Model) -> None:
        if on_epoch is not None:
            on_epoch(result, model)
        if stopping is not None:
            stopping.update(result.validation_loss, model)

    result = run_epochs(
        model,
        config.epochs,
        steps,
        batch_size,
        run_steps,
        validate=lambda: measure_performance(model, validation),
        on_progress=on_progress,
        on_epoch=end_epoch,
        is_over=lambda: stopping is not None and stopping.is_due,
    )
    if stopping is not None and not result.stopped:
        stopping.restore(model)
    return result


def build_model(config: TrainingConfig, images: int) -> keras.Model:
    """Return the compiled, untrained model of a run on that many training images.

    The weights and what the dropout layers draw depend on the seed alone.

    Raises:
        UnknownNetworkError: `config.model` is not in the registry.
        DesignError: The layers of `config.design` do not fit each other, or exceed a limit.
    """
    import keras

    keras.utils.set_random_seed(config.seed)
    model = build_design(find_design(config), config.model)
    model.compile(optimizer=make_optimizer(config, steps_per_epoch(config, images) * config.epochs))
    model.optimizer.build(model.trainable_variables)
    return model
