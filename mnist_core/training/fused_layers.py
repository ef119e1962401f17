"""Forward pass of a network in training, by the operations that are quickest on a processor.

Keras computes batch normalization by separate operations, which take half of a gradient step.
TensorFlow has one operation for it (Ioffe and Szegedy, "Batch normalization", 2015). The layers
stay Keras's own, and so does what is saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mnist_core.training.convolution_gradients import convolve, is_quicker

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


def list_layers_up_to_logits(model: keras.Model) -> list[keras.layers.Layer]:
    """Return the layers of a sequential model from the first to the one named "logits"."""
    import keras

    layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
    names = [layer.name for layer in layers]
    return layers[: names.index("logits") + 1]


def run_layers(layers: Iterable[keras.layers.Layer], images: tf.Tensor) -> tf.Tensor:
    """Return the output of the last layer in training, as Keras computes it.

    Args:
        layers: The layers in order.
        images: (n, 28, 28, 1) float32 in 0..1.
    """
    import keras

    values = images
    for layer in layers:
        is_normalization = isinstance(layer, keras.layers.BatchNormalization)
        if is_normalization and len(values.shape) == 4:
            values = normalize_batch(layer, values)
        elif isinstance(layer, keras.layers.Conv2D) and is_quicker(layer, values):
            values = convolve(layer, values)
        else:
            values = layer(values, training=True)
    return values


def normalize_batch(layer: keras.layers.BatchNormalization, maps: tf.Tensor) -> tf.Tensor:
    """Normalize feature maps by their batch and update the layer's moving statistics.

    Args:
        layer: A layer with gamma and beta.
        maps: (n, height, width, channels) float32.
    """
    import tensorflow as tf

    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=maps,
        scale=layer.gamma.value,
        offset=layer.beta.value,
        mean=tf.constant([], tf.float32),
        variance=tf.constant([], tf.float32),
        epsilon=layer.epsilon,
        is_training=True,
    )
    # TensorFlow gives the unbiased variance, Keras keeps the biased one.
    count = tf.cast(tf.reduce_prod(tf.shape(maps)[:3]), tf.float32)
    biased = variance * (count - 1.0) / count
    for moving, current in ((layer.moving_mean, mean), (layer.moving_variance, biased)):
        moving.assign(moving.value * layer.momentum + current * (1.0 - layer.momentum))
    return outputs
