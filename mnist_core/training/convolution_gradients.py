"""Convolutions whose gradients are computed by the operations that are quickest on a processor.

The gradient of a convolution's input is a convolution too, of the output's gradient with the
flipped filters (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016);
computed so, it takes up to a third of the time of TensorFlow's own operation. The gradient of the
filters of narrow feature maps takes about half the time if several images lie side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# Without padding, the flipped convolution has more positions than TensorFlow's operation, which
# is the quicker one for few channels.
MANY_CHANNELS = 64
# The instructions for matrices (Intel AMX) take 32 values of a row at once, however few it has.
NARROW = 8
IMAGES_PER_ROW = 4


def is_quicker(layer: keras.layers.Conv2D, maps: tf.Tensor) -> bool:
    """Return whether `convolve` is quicker than the layer itself.

    Args:
        layer: Any convolution.
        maps: Its input, (n, height, width, channels).
    """
    is_plain = layer.strides == (1, 1) and layer.dilation_rate == (1, 1) and layer.groups == 1
    return is_plain and (layer.padding == "same" or maps.shape[-1] >= MANY_CHANNELS)


def convolve(layer: keras.layers.Conv2D, maps: tf.Tensor) -> tf.Tensor:
    """Apply a convolution whose gradients are computed in the quickest way.

    Args:
        layer: A layer with strides of 1.
        maps: (n, height, width, channels) float32.
    """
    import tensorflow as tf

    padding = layer.padding.upper()

    @tf.custom_gradient
    def apply(maps: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        def backpropagate(gradient: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return (
                _differentiate_by_maps(kernel, gradient, padding),
                _differentiate_by_kernel(maps, kernel, gradient, padding),
            )

        return tf.nn.conv2d(maps, kernel, 1, padding), backpropagate

    outputs = apply(maps, tf.convert_to_tensor(layer.kernel))
    if layer.use_bias:
        outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(layer.bias))
    return layer.activation(outputs)


def _differentiate_by_maps(kernel: tf.Tensor, gradient: tf.Tensor, padding: str) -> tf.Tensor:
    """Return the gradient of a convolution's input, given that of its output."""
    import tensorflow as tf

    # Before and after rows and columns of the output's gradient. "same" pads the maps themselves by
    # (size - 1) // 2 and size // 2.
    pads = [
        (size // 2, (size - 1) // 2) if padding == "SAME" else (size - 1, size - 1)
        for size in kernel.shape[:2]
    ]
    flipped = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2])
    return tf.nn.conv2d(gradient, flipped, 1, [(0, 0), *pads, (0, 0)])


def _differentiate_by_kernel(
    maps: tf.Tensor, kernel: tf.Tensor, gradient: tf.Tensor, padding: str
) -> tf.Tensor:
    """Return the gradient of a convolution's filters, given that of its output."""
    import tensorflow as tf

    width = maps.shape[2]  # None in the line reader, whose images have any width
    if width is not None and width <= NARROW:
        # Where a window reaches into the next image, the pixels or the gradients are zero.
        width += kernel.shape[1] // 2 if padding == "SAME" else 0
        maps, gradient = (_place_side_by_side(each, width) for each in (maps, gradient))
        if padding == "VALID":
            gradient = gradient[:, :, : maps.shape[2] - kernel.shape[1] + 1]
    return tf.raw_ops.Conv2DBackpropFilter(
        input=maps,
        filter_sizes=tf.shape(kernel),
        out_backprop=gradient,
        strides=[1, 1, 1, 1],
        padding=padding,
    )


def _place_side_by_side(maps: tf.Tensor, width: int) -> tf.Tensor:
    """Return maps of several images in a row, each filled up with zeros to `width`.

    Args:
        maps: (n, height, at most `width`, channels).
        width: The columns of each image.

    Returns:
        (n / IMAGES_PER_ROW rounded up, height, IMAGES_PER_ROW * width, channels).
    """
    import tensorflow as tf

    count = tf.shape(maps)[0]
    _, height, own_width, channels = maps.shape
    pads = [(0, -count % IMAGES_PER_ROW), (0, 0), (0, width - own_width), (0, 0)]
    rows = tf.reshape(tf.pad(maps, pads), (-1, IMAGES_PER_ROW, height, width, channels))
    rows = tf.transpose(rows, [0, 2, 1, 3, 4])
    return tf.reshape(rows, (-1, height, IMAGES_PER_ROW * width, channels))
