"""Training a network: batches in, a trained model and its history out.

The loop knows nothing of screens or files; progress leaves through callbacks. Several gradient
steps run inside one `tf.function` call on images kept as uint8, which takes about half the time
of `model.fit` on float arrays, and each call lasts about a fifth of a second, so that a caller
hears of progress and can stop the run that often. Where the processor multiplies bfloat16, the
convolutions and products of a step are computed in it, as TensorFlow sees fit; weights and sums
stay float32.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.preprocessing.scaling import as_float
from mnist_core.synthesis.augmentation import augment
from mnist_core.training.architectures import get_network

if TYPE_CHECKING:
    import keras

SECONDS_PER_CALL = 0.2
WEIGHT_DECAY = 0.05  # of AdamW, as a share of the learning rate
EVALUATION_BATCH = 1000
# Over the last quarter of four epochs or more augmentation is weaker, so that the network ends on
# images like those it is to read (He et al., "Data augmentation revisited", 2019).
LAST, GENTLE = 1 / 4, 0.3
BFLOAT16 = ("avx512_bf16", "amx_bf16")  # the names that Linux gives to the instructions


class StopTraining(Exception):
    """Raised by a callback to end the run and keep what was learnt so far."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands. Epochs and steps count from 1; loss and accuracy are those of the
    steps since the last report, on the batches as trained (with dropout and augmentation). The
    loss is that to the labels as they are, without smoothing.
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
        """The share of the run that is done, 0..1."""
        return ((self.epoch - 1) * self.steps + self.step) / (self.epochs * self.steps)


@dataclass(frozen=True)
class EpochResult:
    """What one epoch gave. The training figures are averages over the epoch's batches, taken
    while the weights changed; the validation figures are those of the weights at its end, None
    where no images were held out. `steps` is less than a whole epoch's where the run was stopped.
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
    """A trained model, what each epoch gave, and whether the run was stopped early."""

    model: keras.Model
    history: list[EpochResult] = field(default_factory=list)
    stopped: bool = False


def split_validation(split: Split, share: float) -> tuple[Split, Split]:
    """Hold out the last `share` of a split: (training part, validation part)."""
    held_out = round(len(split.labels) * share)
    edge = len(split.labels) - held_out
    return (
        Split(split.images[:edge], split.labels[:edge]),
        Split(split.images[edge:], split.labels[edge:]),
    )


def steps_per_epoch(config: TrainingConfig, images: int) -> int:
    """Return the number of whole batches in the training part of that many images."""
    training = images - round(images * config.validation_fraction)
    return training // min(config.batch_size, training)


@contextmanager
def _in_bfloat16() -> Iterator[None]:
    """Let TensorFlow compute in bfloat16 where the processor multiplies it."""
    import tensorflow as tf

    option = "auto_mixed_precision_onednn_bfloat16"
    before = tf.config.optimizer.get_experimental_options().get(option, False)
    try:
        instructions = Path("/proc/cpuinfo").read_text()
    except OSError:  # not on Linux
        instructions = ""
    able = any(name in instructions for name in BFLOAT16)
    tf.config.optimizer.set_experimental_options({option: able})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({option: before})


@_in_bfloat16()
def train(
    config: TrainingConfig,
    data: Mnist,
    on_progress: Callable[[Progress], None] | None = None,
    on_epoch: Callable[[EpochResult, keras.Model], None] | None = None,
    resume_from: keras.Model | None = None,
) -> TrainingResult:
    """Train a network on the training split of `data`; the test split is never read.

    The images of an epoch are shuffled by (seed, epoch), and a last batch that would not be full
    is left out of that epoch. A run resumed from its checkpoint therefore sees the batches that
    it would have seen.

    Args:
        config: The hyperparameters.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.
        on_progress: Called about five times a second. May raise `StopTraining`.
        on_epoch: Called after each whole epoch with its result and the model, whose optimizer
            state is part of it: `model.save` makes a checkpoint. May raise `StopTraining`.
        resume_from: A model that `on_epoch` was given in an earlier run of the same
            configuration, as loaded by `keras.models.load_model`.

    Raises:
        UnknownNetworkError: `config.model` is not in the registry.
    """
    import keras

    training, validation = split_validation(data.train, config.validation_fraction)
    batch_size = min(config.batch_size, len(training.labels))
    steps = steps_per_epoch(config, len(data.train.labels))

    keras.utils.set_random_seed(config.seed)
    model = resume_from
    if model is None:
        model = get_network(config.model).build()
        model.compile(optimizer=_make_optimizer(config, steps * config.epochs))
        model.optimizer.build(model.trainable_variables)
    run_steps = _make_steps_function(model, config.label_smoothing)
    result = TrainingResult(model)

    for epoch in range(int(model.optimizer.iterations) // steps + 1, config.epochs + 1):
        started = time.monotonic()
        total_loss, total_correct, done = 0.0, 0, 0
        try:
            for images, labels in _load_batches(config, training, batch_size, epoch):
                loss, correct = (float(value) for value in run_steps(images, labels))
                total_loss += loss
                total_correct += int(correct)
                done += len(labels)
                if on_progress is not None:
                    on_progress(
                        Progress(
                            epoch=epoch,
                            epochs=config.epochs,
                            step=done,
                            steps=steps,
                            loss=loss / len(labels),
                            accuracy=correct / labels.size,
                            seconds=time.monotonic() - started,
                        )
                    )
        except StopTraining:
            result.stopped = True
        validation_loss, validation_accuracy = _evaluate(model, validation)
        result.history.append(
            EpochResult(
                epoch=epoch,
                steps=done,
                loss=total_loss / done,
                accuracy=total_correct / (done * batch_size),
                validation_loss=validation_loss,
                validation_accuracy=validation_accuracy,
                seconds=time.monotonic() - started,
            )
        )
        if not result.stopped and on_epoch is not None:
            try:
                on_epoch(result.history[-1], model)
            except StopTraining:
                result.stopped = True
        if result.stopped:
            break
    return result


def _load_batches(
    config: TrainingConfig, split: Split, batch_size: int, epoch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield an epoch's images (steps, batch, 28, 28) and labels (steps, batch), both uint8.

    As many steps at a time as the caller takes `SECONDS_PER_CALL` for. The next ones are made
    ready in a thread meanwhile. Each batch has a random generator of its own, so that what it
    holds does not depend on how many were made at a time.
    """
    steps = len(split.labels) // batch_size
    order = np.random.default_rng((config.seed, epoch)).permutation(len(split.labels))
    order = order[: steps * batch_size].reshape(steps, batch_size)
    is_last = config.epochs - epoch < int(LAST * config.epochs)
    strength = GENTLE if is_last else 1.0

    def load(start: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = order[start : start + count]
        images, labels = split.images[chosen], split.labels[chosen]
        if config.augmentation:
            for step, (batch, digits) in enumerate(zip(images, labels, strict=True), start):
                rng = np.random.default_rng((config.seed, epoch, step))
                batch[:] = augment(batch, digits, config.augmentation, rng, strength)
        return images, labels

    with ThreadPoolExecutor(max_workers=1) as pool:
        start, count = 0, 1
        ready = pool.submit(load, start, count)
        while start < steps:
            images, labels = ready.result()
            start += len(labels)
            ready = pool.submit(load, start, count)
            asked = time.monotonic()
            yield images, labels
            pace = (time.monotonic() - asked) / len(labels)
            count = int(np.clip(SECONDS_PER_CALL / pace, 1, 2 * len(labels)))


def _make_optimizer(config: TrainingConfig, steps: int) -> keras.optimizers.Optimizer:
    from keras import optimizers

    rate: Any = float(config.learning_rate)  # Keras takes no whole number
    if config.schedule == "one-cycle":
        rise = max(1, round(0.3 * steps))
        rate = optimizers.schedules.CosineDecay(
            initial_learning_rate=config.learning_rate / 25,
            warmup_target=config.learning_rate,
            warmup_steps=rise,
            decay_steps=max(1, steps - rise),
        )
    if config.optimizer == "sgd":
        return optimizers.SGD(rate)
    if config.optimizer == "adam":
        return optimizers.Adam(rate)
    return optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)


def _make_steps_function(
    model: keras.Model, smoothing: float
) -> Callable[[np.ndarray, np.ndarray], Any]:
    """Return a function that takes one gradient step a batch and gives the summed mean losses
    and the number of right answers.
    """
    import keras
    import tensorflow as tf
    from keras.losses import categorical_crossentropy

    network = keras.Model(model.inputs, model.get_layer("logits").output)
    signature = [
        tf.TensorSpec((None, None, 28, 28), tf.uint8),
        tf.TensorSpec((None, None), tf.uint8),
    ]

    @tf.function(input_signature=signature)
    def run_steps(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        total_loss = tf.constant(0.0)
        total_correct = tf.constant(0.0)
        for step in tf.range(tf.shape(labels)[0]):
            batch = tf.cast(images[step][..., tf.newaxis], tf.float32) / 255.0
            truth = tf.one_hot(labels[step], 10)
            with tf.GradientTape() as tape:
                logits = network(batch, training=True)
                losses = categorical_crossentropy(
                    truth, logits, from_logits=True, label_smoothing=smoothing
                )
                smoothed_loss = tf.reduce_mean(losses)
            gradients = tape.gradient(smoothed_loss, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)
            right = tf.argmax(logits, axis=1) == tf.cast(labels[step], tf.int64)
            losses = categorical_crossentropy(truth, logits, from_logits=True)
            total_loss += tf.reduce_mean(losses)
            total_correct += tf.reduce_sum(tf.cast(right, tf.float32))
        return total_loss, total_correct

    return run_steps


def predict(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return a network's probabilities for images (n, 28, 28) uint8, as (n, 10) float32."""
    return np.concatenate(
        [
            model(as_float(images[start : start + EVALUATION_BATCH, ..., None]))
            for start in range(0, len(images), EVALUATION_BATCH)
        ]
    )


def _evaluate(model: keras.Model, split: Split) -> tuple[float | None, float | None]:
    """Return the mean cross-entropy and the accuracy on a split, None for an empty one."""
    if not len(split.labels):
        return None, None
    probabilities = predict(model, split.images)
    given = probabilities[np.arange(len(split.labels)), split.labels]
    loss = -np.log(np.maximum(given, 1e-7)).mean()
    return float(loss), float((probabilities.argmax(axis=1) == split.labels).mean())
