"""Tests of mnist_core.inference.onnx_graph: every supported layer computes what Keras computes."""

import numpy as np
import onnx
import onnxruntime
import pytest

from mnist_core.inference.layer_kinds import RULES
from mnist_core.inference.onnx_graph import INPUT, build_graph
from mnist_core.training.onnx_export import list_layers

pytestmark = pytest.mark.slow

INPUT_SHAPE = (12, 10, 3)


def build_network():
    """Build a network that has each kind of layer and activation, with random weights."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    network = keras.Sequential(
        [
            keras.Input(INPUT_SHAPE),
            layers.Rescaling(0.5, offset=-0.1),
            layers.Conv2D(8, (3, 5), strides=(2, 1), padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.Activation("tanh"),
            layers.MaxPooling2D((2, 3), strides=(1, 2), padding="same"),
            layers.Conv2D(6, 2, use_bias=False, activation="sigmoid"),
            layers.ReLU(),
            layers.AveragePooling2D(2, strides=1, padding="same"),
            layers.Conv2D(4, 2, activation="softmax"),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(7, activation="tanh"),
            layers.Activation("gelu"),
            layers.Dense(8, activation="leaky_relu"),
            layers.BatchNormalization(epsilon=0.1),
            layers.Dense(10, use_bias=False),
            layers.Softmax(),
        ]
    )
    rng = np.random.default_rng(0)
    for variable in network.variables:
        lowest = 0.1 if "variance" in variable.path else -0.3
        variable.assign(rng.uniform(lowest, 0.6, variable.shape))
    return network


def build_pooling_network():
    """Build the one layer that the other network lacks."""
    import keras

    return keras.Sequential([keras.Input(INPUT_SHAPE), keras.layers.GlobalAveragePooling2D()])


@pytest.mark.parametrize("build", [build_network, build_pooling_network])
def test_every_layer_computes_what_keras_computes(build) -> None:
    """All outputs agree, with all outputs in the graph and with the last one alone."""
    import keras

    network = build()
    layers = list_layers(network)
    weights = {v.path: np.asarray(v) for layer in network.layers for v in layer.weights}
    images = np.random.default_rng(1).random((5, *INPUT_SHAPE), np.float32)
    expected = [keras.Model(network.inputs[0], layer.output)(images) for layer in network.layers]
    for names in ([layer.name for layer in layers], [layers[-1].name]):
        graph = build_graph(layers, weights, INPUT_SHAPE, outputs=names)
        onnx.checker.check_model(graph, full_check=True)
        session = onnxruntime.InferenceSession(graph.SerializeToString())
        outputs = dict(zip(names, session.run(names, {INPUT: images}), strict=True))
        for layer, value in zip(layers, expected, strict=True):
            if layer.name in outputs:
                assert outputs[layer.name].shape[1:] == layer.output_shape
                np.testing.assert_allclose(outputs[layer.name], value, atol=1e-5)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [2, 3, 5, 7, (7, 2)])
@pytest.mark.parametrize("size", [1, 2, 3, (1, 3)])
@pytest.mark.parametrize("kind", ["Conv2D", "MaxPooling2D", "AveragePooling2D"])
def test_every_window_reads_the_cells_that_keras_reads(kind, size, strides, padding) -> None:
    """Also where strides are larger than the window, so that cells are left out."""
    import keras

    layer = getattr(keras.layers, kind)
    arguments = (4, size) if kind == "Conv2D" else (size,)
    network = keras.Sequential(
        [keras.Input(INPUT_SHAPE), layer(*arguments, strides=strides, padding=padding)]
    )
    weights = {variable.path: np.asarray(variable) for variable in network.weights}
    (described,) = list_layers(network)
    graph = build_graph([described], weights, INPUT_SHAPE)
    onnx.checker.check_model(graph, full_check=True)
    images = np.random.default_rng(1).random((2, *INPUT_SHAPE), np.float32)
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    (found,) = session.run(None, {INPUT: images})
    np.testing.assert_allclose(found, network(images), atol=1e-5)


def test_the_networks_above_have_every_kind() -> None:
    """So that a kind that is added is tried too."""
    networks = (build_network(), build_pooling_network())
    assert {layer.kind for network in networks for layer in list_layers(network)} == set(RULES)
