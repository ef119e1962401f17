"""Tests of mnist_core.training.convolution_gradients: the gradients are Keras's."""

import numpy as np
import pytest

from mnist_core.training.convolution_gradients import IMAGES_PER_ROW, NARROW, convolve


@pytest.mark.slow
@pytest.mark.parametrize("kernel_size", [1, 3, (2, 5)])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("width", [NARROW, NARROW + 1])
def test_a_convolution_and_its_gradients_are_those_of_keras(
    kernel_size: int | tuple[int, int], padding: str, width: int
) -> None:
    """The outputs, and the gradients of inputs, filters and biases; the last row is not full."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(4)
    layer = keras.layers.Conv2D(
        7, kernel_size, padding=padding, activation="tanh", bias_initializer="random_normal"
    )
    maps = tf.random.normal((IMAGES_PER_ROW + 2, 9, width, 5))
    layer.build(maps.shape)
    results = []
    for apply in (lambda: convolve(layer, maps), lambda: layer(maps)):
        with tf.GradientTape() as tape:
            tape.watch(maps)
            outputs = apply()
            loss = tf.reduce_sum(tf.sin(outputs))
        weights = [variable.value for variable in layer.trainable_variables]
        results.append([outputs, *tape.gradient(loss, [maps, *weights])])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5, rtol=1e-5)
