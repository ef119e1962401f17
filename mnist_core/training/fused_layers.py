"""Forward pass of a network in training, by the operations that are quickest on a processor.

Keras computes batch normalization by separate operations, which take half of a gradient step.
TensorFlow has one operation for it (Ioffe and Szegedy, "Batch normalization", 2015). The gradient
of a convolution's input is a convolution too, of the output's gradient with the flipped filters
(Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016); computed so, it
takes up to a third of the time of TensorFlow's own operation. The layers stay Keras's own, and so
does what is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# Without padding, the flipped convolution has more positions than TensorFlow's operation, which
# is the quicker one for few channels.
MANY_CHANNELS = 64


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
        elif isinstance(layer, keras.layers.Conv2D) and _is_flipped_quicker(layer, values):
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


def convolve(layer: keras.layers.Conv2D, maps: tf.Tensor) -> tf.Tensor:
    """Apply a convolution whose input gradient is computed as another convolution.

    Args:
        layer: A layer with strides of 1.
        maps: (n, height, width, channels) float32.
    """
    import tensorflow as tf

    padding = layer.padding.upper()
    # Before and after rows and columns of the output's gradient. "same" pads the maps themselves by
    # (size - 1) // 2 and size // 2.
    pads = [
        (size // 2, (size - 1) // 2) if padding == "SAME" else (size - 1, size - 1)
        for size in layer.kernel_size
    ]

    @tf.custom_gradient
    def apply(maps: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        def backpropagate(gradient: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            flipped = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2])
            of_maps = tf.nn.conv2d(gradient, flipped, 1, [(0, 0), *pads, (0, 0)])
            of_kernel = tf.raw_ops.Conv2DBackpropFilter(
                input=maps,
                filter_sizes=tf.shape(kernel),
                out_backprop=gradient,
                strides=[1, 1, 1, 1],
                padding=padding,
            )
            return of_maps, of_kernel

        return tf.nn.conv2d(maps, kernel, 1, padding), backpropagate

    outputs = apply(maps, tf.convert_to_tensor(layer.kernel))
    if layer.use_bias:
        outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(layer.bias))
    return layer.activation(outputs)


def _is_flipped_quicker(layer: keras.layers.Conv2D, maps: tf.Tensor) -> bool:
    is_plain = layer.strides == (1, 1) and layer.dilation_rate == (1, 1) and layer.groups == 1
    return is_plain and (layer.padding == "same" or maps.shape[-1] >= MANY_CHANNELS)
