"""Keras models from the layers of a plan or of a file.

The models classify (28, 28, 1) float32 images in 0..1. Their last layers are a Dense layer named
"logits" and a Softmax layer named "probabilities", which together are the usual
Dense(10, activation="softmax"). As separate layers, the logits can be shown, and the loss can be
computed from them without loss of precision.

Keras is imported inside the functions, so that importing this module is fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mnist_core.inference.layer_rules import INPUT_SHAPE, Layer
from mnist_core.inference.network import Network
from mnist_core.inference.network_plan import check_design
from mnist_core.network_design import NetworkDesign

if TYPE_CHECKING:
    import keras


def build_design(design: NetworkDesign, name: str) -> keras.Model:
    """Build an untrained model of a design.

    Args:
        design: The layers before the logits.
        name: The name of the model.

    Raises:
        DesignError: The layers do not fit each other, or exceed a limit.
    """
    return build_sequential(check_design(design).layers, INPUT_SHAPE, name)


def build_sequential(
    layers: Iterable[Layer], input_shape: tuple[int, ...], name: str
) -> keras.Model:
    """Build an untrained model of layers that follow one another.

    Args:
        layers: The layers in order, each of a kind in `layer_kinds.RULES`.
        input_shape: The shape of one image, channels last.
        name: The name of the model.
    """
    import keras

    built = [
        getattr(keras.layers, layer.kind)(name=layer.name, **layer.settings) for layer in layers
    ]
    return keras.Sequential([keras.Input(input_shape, name="image"), *built], name=name)


def build_with_weights(network: Network) -> keras.Model:
    """Build the Keras model of a network, with its weights."""
    model = build_sequential(network.layers, network.input_shape, network.name)
    for keras_layer, layer in zip(model.layers, network.layers, strict=True):
        if layer.weights:
            keras_layer.set_weights([network.weights[name] for name in layer.weights])
    return model
