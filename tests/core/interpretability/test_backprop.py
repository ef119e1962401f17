"""Tests of mnist_core.interpretability.backprop: the gradients of an exported network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.backprop import INPUT, GradientError, backpropagate


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    """An image without equal pixels, since max pooling has no derivative at a tie."""
    return np.random.default_rng(2).random((28, 28)).astype(np.float32)


def test_gradients_match_numerical_differences(noise: np.ndarray) -> None:
    """Each pixel is made slightly brighter and slightly darker."""
    classifier = Classifier.load()
    step = np.float32(1e-3)
    single = step * np.eye(784, dtype=np.float32).reshape(784, 28, 28)
    slopes = (classifier.logits(noise + single) - classifier.logits(noise - single)) / (2 * step)
    gradient = backpropagate(classifier, noise)[INPUT]
    # For a few pixels, a ReLU has its kink within the step.
    errors = np.abs(slopes.T.reshape(10, 28, 28) - gradient)
    assert np.quantile(errors, 0.95) < 0.01 * np.abs(gradient).max()


@pytest.mark.slow
def test_gradients_of_every_kind_of_layer_match_tensorflow(
    tmp_path: Path, noise: np.ndarray
) -> None:
    """One network has all kinds, with strides, both paddings and overlapping pooling."""
    import keras
    import tensorflow as tf

    from mnist_core.training.onnx_export import write_onnx

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Rescaling(2.0, offset=-1.0, name="rescaling"),
            layers.Conv2D(4, 5, strides=2, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(name="norm"),
            layers.ReLU(name="relu"),
            layers.Conv2D(6, 3, strides=2, activation="relu", name="conv2"),
            layers.AveragePooling2D(3, strides=1, padding="same", name="average_pool"),
            layers.MaxPooling2D(2, strides=1, padding="same", name="pool"),
            layers.Dropout(0.3, name="dropout"),
            layers.Conv2D(5, 3, padding="same", name="conv3"),
            layers.Activation("relu", name="activation"),
            layers.Activation("leaky_relu", name="leaky_relu"),
            layers.Conv2D(5, 2, padding="same", activation="gelu", name="gelu"),
            layers.MaxPooling2D(3, strides=2, name="pool2"),
            layers.Conv2D(8, 1, strides=2, padding="same", name="conv4"),
            layers.GlobalAveragePooling2D(name="average"),
            layers.Flatten(name="flatten"),
            layers.Dense(7, activation="relu", name="dense"),
            layers.Dense(9, activation="tanh", name="tanh"),
            layers.Dense(8, activation="sigmoid", name="sigmoid"),
            layers.Activation("gelu", name="gelu2"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="every_kind",
    )
    random = np.random.default_rng(1)
    for variable in model.variables:
        variable.assign(variable + 0.3 * random.random(variable.shape))
    write_onnx(model, tmp_path / "model.onnx")

    gradients = backpropagate(Classifier.load(tmp_path / "model.onnx"), noise)

    every_layer = keras.Model(model.inputs, [layer.output for layer in model.layers])
    image = tf.constant(noise[None, ..., None])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        outputs = every_layer(image, training=False)
        logits = [outputs[-2][0, digit] for digit in range(10)]
    for digit in range(10):
        by_pixel = tape.gradient(logits[digit], image).numpy()[0, ..., 0]
        np.testing.assert_allclose(gradients[INPUT][digit], by_pixel, atol=1e-5)
        for layer, output in list(zip(model.layers, outputs, strict=True))[:-2]:
            expected = tape.gradient(logits[digit], output).numpy()[0]
            np.testing.assert_allclose(
                gradients[layer.name][digit], expected, atol=1e-5, err_msg=layer.name
            )


def test_an_unsupported_layer_is_reported(noise: np.ndarray) -> None:
    """The message names the layer and the method that works without gradients."""
    classifier = Classifier.load()
    unsupported = replace(classifier.layers[2], kind="Swirl")
    classifier.layers = (*classifier.layers[:2], unsupported, *classifier.layers[3:])
    with pytest.raises(GradientError, match=r"“relu1” \(Swirl.*occlusion"):
        backpropagate(classifier, noise)
