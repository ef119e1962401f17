"""Measurements of training: gradient steps, whole runs, and the processor's matrix product."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist
from mnist_core.synthesis.handwriting import VARIANTS, template_digit
from mnist_core.training.architectures import get_network
from mnist_core.training.epochs import Progress, StopTraining
from mnist_core.training.keras_evaluation import predict
from mnist_core.training.trainer import train

QUICK = "swift"
MATRIX_SIDE = 2048
STEPS_SECONDS = 3.0
FIT_STEPS = 200


@dataclass(frozen=True)
class StepTime:
    """The duration of one gradient step.

    Attributes:
        seconds: Elapsed time.
        processor_seconds: Processor time, summed over all threads.
    """

    seconds: float
    processor_seconds: float


@dataclass(frozen=True)
class QuickRun:
    """One run of the quick recipe.

    Attributes:
        seconds: Elapsed time, including the predictions for the test images.
        processor_seconds: Processor time, summed over all threads.
        accuracy: On the test images, 0..1.
    """

    seconds: float
    processor_seconds: float
    accuracy: float


def prepare_fit(config: TrainingConfig, data: Mnist) -> Callable[[], StepTime]:
    """Return a function that measures a step of plain `model.fit`; the first step is done here."""
    model, images, labels = compile_like_tutorial(config, data)
    measured = slice(FIT_STEPS * config.batch_size)
    options: dict[str, Any] = {"batch_size": config.batch_size, "verbose": 0}
    model.fit(images[: config.batch_size], labels[: config.batch_size], **options)

    def measure() -> StepTime:
        started, processor_started = time.perf_counter(), time.process_time()
        model.fit(images[measured], labels[measured], **options)
        return StepTime(
            (time.perf_counter() - started) / FIT_STEPS,
            (time.process_time() - processor_started) / FIT_STEPS,
        )

    return measure


def time_whole_fit(config: TrainingConfig, data: Mnist) -> float:
    """Return the seconds that all epochs of plain `model.fit` take."""
    started = time.perf_counter()
    model, images, labels = compile_like_tutorial(config, data)
    model.fit(images, labels, batch_size=config.batch_size, epochs=config.epochs, verbose=0)
    return time.perf_counter() - started


def compile_like_tutorial(
    config: TrainingConfig, data: Mnist
) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return a compiled network, images and labels as the Keras tutorial prepares them."""
    import keras

    model = get_network(config.model).build()
    optimizer = keras.optimizers.SGD(config.learning_rate)
    model.compile(optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    images = data.train.images[..., np.newaxis].astype("float32") / 255
    return model, images, keras.utils.to_categorical(data.train.labels, 10)


def render_templates() -> float:
    """Render all digits in other handwriting, which is otherwise done at their first use.

    Returns:
        The processor time in seconds.
    """
    started = time.process_time()
    for digit in range(10):
        for variant in range(VARIANTS):
            template_digit(digit, variant)
    return time.process_time() - started


def measure_step(config: TrainingConfig, data: Mnist) -> StepTime:
    """Measure a gradient step of our trainer, without its first report."""
    reports: list[Progress] = []
    processor_times: list[float] = []

    def on_progress(progress: Progress) -> None:
        reports.append(progress)
        processor_times.append(time.process_time())
        if progress.seconds - reports[0].seconds > STEPS_SECONDS and len(reports) > 2:
            raise StopTraining

    train(replace(config, epochs=1, validation_fraction=0), data, on_progress)
    first, last = reports[0], reports[-1]
    steps = last.step - first.step
    return StepTime(
        (last.seconds - first.seconds) / steps,
        (processor_times[-1] - processor_times[0]) / steps,
    )


def run_quick(seed: int, data: Mnist) -> QuickRun:
    """Train by the quick recipe and classify the test images."""
    started, processor_started = time.perf_counter(), time.process_time()
    model = train(replace(get_network(QUICK).defaults, seed=seed), data).model
    predictions = predict(model, data.test.images).argmax(axis=1)
    return QuickRun(
        time.perf_counter() - started,
        time.process_time() - processor_started,
        float((predictions == data.test.labels).mean()),
    )


def measure_matrix_product() -> float:
    """Return the multiply-adds per second of TensorFlow's product of two large matrices.

    In float32 or bfloat16, whichever is faster here.
    """
    import tensorflow as tf

    medians = []
    for dtype in (tf.float32, tf.bfloat16):
        matrix = tf.cast(tf.random.normal((MATRIX_SIDE, MATRIX_SIDE)), dtype)
        times = []
        for _ in range(6):
            started = time.perf_counter()
            tf.matmul(matrix, matrix).numpy()
            times.append(time.perf_counter() - started)
        medians.append(float(np.median(times[1:])))
    return MATRIX_SIDE**3 / min(medians)


def count_training_multiply_adds(name: str) -> int:
    """Return the multiply-adds that training a network takes per image.

    They are those of the forward pass, of the weights' gradients and, except for the first layer,
    of the inputs' gradients.
    """
    # Each weight is used once per position of the output map.
    counts = [
        math.prod(layer.output.shape[1:-1]) * math.prod(layer.kernel.shape)
        for layer in get_network(name).build().layers
        if hasattr(layer, "kernel")
    ]
    return 3 * sum(counts) - counts[0]
