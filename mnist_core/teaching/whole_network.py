"""Teaching of a whole network on TensorFlow.

Half of each batch are the drawings, changed at random; the other half are MNIST images, whose
targets are the probabilities that the network gave them before (Li and Hoiem, "Learning without
forgetting", 2016). Batch normalization keeps its statistics: those of a batch that is half one
person's would be wrong for everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.config import OWN, VALIDATION_FRACTION, TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.evaluation.calibration import apply_temperature
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.onnx_reader import read_network
from mnist_core.synthesis.augmentation import augment
from mnist_core.teaching.drawings import CHANGES
from mnist_core.teaching.interpolation import limit_forgetting
from mnist_core.training.augmented_batches import opencv_in_one_thread
from mnist_core.training.epochs import EpochResult, Progress, StepTotals, TrainingResult, run_epochs
from mnist_core.training.fused_layers import list_layers_up_to_logits
from mnist_core.training.gradient_steps import bfloat16_where_supported, make_optimizer
from mnist_core.training.keras_evaluation import Performance, predict
from mnist_core.training.model_builders import build_with_weights
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

EPOCHS, STEPS = 4, 60  # an epoch is a part of the run after which the network is saved
REPORTED_STEPS = 3  # per progress report
OWN_IMAGES, MNIST_IMAGES = 16, 16  # per step
LEARNING_RATE = 3e-4
DRAWINGS_WEIGHT = 0.3  # of the drawings' mean cross-entropy; that of MNIST's has the weight 1
VALIDATION_IMAGES = 2_000  # the last ones of those that the app's networks were validated on

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]


def make_config(base: Classifier, seed: int) -> TrainingConfig:
    """Return the settings of a thorough teaching, as its run records them."""
    return TrainingConfig(
        model="network" if base.name == OWN else base.name,
        epochs=EPOCHS,
        batch_size=OWN_IMAGES + MNIST_IMAGES,
        learning_rate=LEARNING_RATE,
        optimizer="adam",
        schedule="one-cycle",
        validation_fraction=0,
        seed=seed,
        augmentation=CHANGES,
    )


def build_network(base: Classifier, config: TrainingConfig) -> keras.Model:
    """Build the Keras model of a network with its weights, ready for teaching.

    The layers before the first pooling are not taught: they find edges and strokes of any hand, and
    their gradients on large feature maps take a third of the time.
    """
    import keras

    keras.utils.set_random_seed(config.seed)
    network = read_network(base.graph)
    model = build_with_weights(network)
    is_pooling = ["Pooling" in layer.kind for layer in network.layers]
    for layer in model.layers[: is_pooling.index(True) if any(is_pooling) else 0]:
        layer.trainable = False
    model.compile(optimizer=make_optimizer(config, EPOCHS * STEPS))
    model.optimizer.build(model.trainable_variables)
    return model


def name_weights(base: Classifier, model: keras.Model) -> dict[str, np.ndarray]:
    """Return the weights of a model that `build_network` built, by their names in the base."""
    named: dict[str, np.ndarray] = {}
    for layer in base.layers:
        if layer.weights:
            values = model.get_layer(layer.name).get_weights()
            named |= dict(zip(layer.weights, values, strict=True))
    return named


@bfloat16_where_supported()
@opencv_in_one_thread()
def teach_whole_network(
    drawings: Split,
    base: Classifier,
    data: Mnist,
    config: TrainingConfig,
    on_progress: Callable[[Progress], None] | None = None,
    on_epoch: Callable[[EpochResult, keras.Model], None] | None = None,
    resume_from: keras.Model | None = None,
) -> TrainingResult:
    """Teach a network drawings, all its layers except any before the first pooling.

    Args:
        drawings: The drawings, checked.
        base: The network to start from, also when the teaching is resumed.
        data: MNIST; only training images are used.
        config: What `make_config` returned.
        on_progress: Called after every third step. May raise `StopTraining`.
        on_epoch: Called after each complete epoch with its metrics and the model. May raise
            `StopTraining`.
        resume_from: A model of `build_network` with the weights and the state of a checkpoint.
    """
    model = build_network(base, config) if resume_from is None else resume_from
    run_step = _compile_step(model, base.temperature)
    rehearsed, held_out = split_validation(data.train, VALIDATION_FRACTION)
    validation = Split(held_out.images[-VALIDATION_IMAGES:], held_out.labels[-VALIDATION_IMAGES:])

    def run_steps(epoch: int) -> Iterator[StepTotals]:
        losses, correct = [], 0
        for batch in _iterate(drawings, base, rehearsed, config.seed, epoch):
            loss, correct_in_batch = run_step(*batch)
            losses.append(float(loss))
            correct += int(correct_in_batch)
            if len(losses) == REPORTED_STEPS:
                yield StepTotals(REPORTED_STEPS, sum(losses), correct)
                losses, correct = [], 0
        if losses:
            yield StepTotals(len(losses), sum(losses), correct)

    def validate() -> Performance:
        probabilities = apply_temperature(predict(model, validation.images), base.temperature)
        evaluation = Evaluation(validation.labels, probabilities)
        return Performance(evaluation.loss, evaluation.accuracy)

    result = run_epochs(
        model, EPOCHS, STEPS, config.batch_size, run_steps, validate, on_progress, on_epoch
    )
    limit_forgetting(model, build_network(base, config).get_weights(), validation)
    return result


def _iterate(
    drawings: Split, base: Classifier, rehearsed: Split, seed: int, epoch: int
) -> Iterator[Batch]:
    """Yield an epoch's batches, each prepared while the network trains on the one before."""
    first, *others = range((epoch - 1) * STEPS, epoch * STEPS)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(_make_batch, drawings, base, rehearsed, seed, first)
        for step in others:
            batch = following.result()
            following = pool.submit(_make_batch, drawings, base, rehearsed, seed, step)
            yield batch
        yield following.result()


def _make_batch(drawings: Split, base: Classifier, rehearsed: Split, seed: int, step: int) -> Batch:
    """Return images (batch, 28, 28) uint8, targets (batch, 10) and weights (batch,) float32."""
    rng = np.random.default_rng((seed, step))
    own = rng.integers(len(drawings.labels), size=OWN_IMAGES)
    labels = drawings.labels[own]
    changed = augment(drawings.images[own], labels, CHANGES, rng)
    mnist = rehearsed.images[rng.integers(len(rehearsed.labels), size=MNIST_IMAGES)]
    targets = np.concatenate([np.eye(10, dtype=np.float32)[labels], base.probabilities(mnist)])
    weights = np.full(OWN_IMAGES + MNIST_IMAGES, 1 / MNIST_IMAGES, np.float32)
    weights[:OWN_IMAGES] = DRAWINGS_WEIGHT / OWN_IMAGES
    return np.concatenate([changed, mnist]), targets, weights


def _compile_step(
    model: keras.Model, temperature: float
) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
    """Compile a function that takes one gradient step on a batch of `_make_batch`.

    It returns the weighted cross-entropy and the number of images whose most probable digit is
    that of their targets.
    """
    import keras
    import tensorflow as tf

    layers = list_layers_up_to_logits(model)

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, 28, 28), tf.uint8),
            tf.TensorSpec((None, 10), tf.float32),
            tf.TensorSpec((None,), tf.float32),
        ]
    )
    def run_step(
        images: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            values = tf.cast(images[..., tf.newaxis], tf.float32) / 255.0
            for layer in layers:
                is_normalization = isinstance(layer, keras.layers.BatchNormalization)
                values = layer(values, training=not is_normalization)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, values / temperature)
            loss = tf.reduce_sum(weights * losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        is_correct = tf.argmax(values, axis=1) == tf.argmax(targets, axis=1)
        return loss, tf.reduce_sum(tf.cast(is_correct, tf.float32))

    return run_step
