"""Gradient steps on TensorFlow: the optimizer, the compiled steps and their arithmetic.

Several steps run inside one `tf.function` call on images kept as uint8, which takes about half the
time of `model.fit` on float arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.training.fused_layers import list_layers_up_to_logits, run_layers
from mnist_core.training.learning_rate import START_DIVISOR, count_warmup_steps

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

WEIGHT_DECAY = 0.05  # of AdamW, as a fraction of the learning rate
BFLOAT16 = ("avx512_bf16", "amx_bf16")  # Linux's names of the processor instructions


@contextmanager
def bfloat16_where_supported() -> Iterator[None]:
    """Compute convolutions and products in bfloat16 where the processor supports it.

    TensorFlow decides which operations use it; weights and sums stay float32. The option applies to
    the whole process, so its previous value is restored at the end.
    """
    import tensorflow as tf

    option = "auto_mixed_precision_onednn_bfloat16"
    previous = tf.config.optimizer.get_experimental_options().get(option, False)
    try:
        instructions = Path("/proc/cpuinfo").read_text()
    except OSError:  # not on Linux
        instructions = ""
    is_supported = any(name in instructions for name in BFLOAT16)
    tf.config.optimizer.set_experimental_options({option: is_supported})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({option: previous})


def make_optimizer(config: TrainingConfig, steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer of a run of so many steps, with its learning rate schedule."""
    from keras import optimizers

    rate: Any = float(config.learning_rate)  # Keras rejects an int
    if config.schedule == "one-cycle":
        warmup_steps = count_warmup_steps(steps)
        rate = optimizers.schedules.CosineDecay(
            initial_learning_rate=config.learning_rate / START_DIVISOR,
            warmup_target=config.learning_rate,
            warmup_steps=warmup_steps,
            decay_steps=max(1, steps - warmup_steps),
        )
    if config.optimizer == "sgd":
        return optimizers.SGD(rate)
    if config.optimizer == "adam":
        return optimizers.Adam(rate)
    return optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)


def compile_steps(
    model: keras.Model, label_smoothing: float
) -> Callable[[np.ndarray, np.ndarray], tuple[tf.Tensor, tf.Tensor]]:
    """Compile a function that takes one gradient step per batch.

    Args:
        model: A compiled model with a layer named "logits".
        label_smoothing: As in `TrainingConfig`.

    Returns:
        A function from images (steps, batch, 28, 28) and labels (steps, batch), both uint8, to two
        scalars: the sum of the batches' mean losses (without smoothing), and the number of correct
        predictions.
    """
    import tensorflow as tf
    from keras.losses import categorical_crossentropy

    layers = list_layers_up_to_logits(model)
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
            one_hot = tf.one_hot(labels[step], 10)
            with tf.GradientTape() as tape:
                logits = run_layers(layers, batch)
                losses = categorical_crossentropy(
                    one_hot, logits, from_logits=True, label_smoothing=label_smoothing
                )
                smoothed_loss = tf.reduce_mean(losses)
            gradients = tape.gradient(smoothed_loss, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)
            is_correct = tf.argmax(logits, axis=1) == tf.cast(labels[step], tf.int64)
            losses = categorical_crossentropy(one_hot, logits, from_logits=True)
            total_loss += tf.reduce_mean(losses)
            total_correct += tf.reduce_sum(tf.cast(is_correct, tf.float32))
        return total_loss, total_correct

    return run_steps
