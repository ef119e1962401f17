"""Export of a Keras model to one self-describing ONNX file.

The file holds the graph with the output of every layer under the layer's name, the weights under
the names of the Keras variables ("compact/conv1/kernel"), and, as metadata, the layers with their
settings, shapes and parameter counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.files import write_atomically
from mnist_core.inference.layer_kinds import RULES
from mnist_core.inference.layer_rules import Layer, compute_facts
from mnist_core.inference.network import Network

if TYPE_CHECKING:
    import keras
    import onnx


def write_onnx(model: keras.Model, path: Path, metadata: dict[str, Any] | None = None) -> None:
    """Write a sequential model with the weights that it has now, whole or not at all.

    Args:
        model: A model whose layers follow each other.
        path: Where to write.
        metadata: Further values to store, each of a type that JSON can hold.

    Raises:
        LayerError: The model has a layer that the app does not support.
        OSError: The file cannot be written.
    """
    graph = build_onnx(model, metadata)
    with write_atomically(path) as temporary:
        temporary.write_bytes(graph.SerializeToString())


def build_onnx(
    model: keras.Model,
    metadata: dict[str, Any] | None = None,
    outputs: Iterable[str] | None = None,
) -> onnx.ModelProto:
    """Return a sequential model with the weights that it has now as a graph.

    Args:
        model: A model whose layers follow each other.
        metadata: Further values to store, each of a type that JSON can hold.
        outputs: The layers whose outputs the graph gives, by default all of them.

    Raises:
        LayerError: The model has a layer that the app does not support.
    """
    weights = {
        variable.path: np.asarray(variable, np.float32)
        for layer in model.layers
        for variable in layer.weights
    }
    shape, layers = model.input_shape[1:], tuple(list_layers(model))
    return Network(model.name, shape, layers, weights, metadata or {}).build_graph(outputs)


def list_layers(model: keras.Model) -> list[Layer]:
    """Return the layers of a sequential model but its input, as the app describes them.

    Raises:
        LayerError: The model has a layer that the app does not support.
    """
    import keras

    layers = []
    shape = model.input_shape[1:]
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        kind, config = type(layer).__name__, layer.get_config()
        known = RULES[kind].settings if kind in RULES else {}
        settings = {name: config[name] for name in (*known, "momentum") if name in config}
        facts = compute_facts(layer.name, kind, settings, shape)
        shape = facts.output_shape
        weights = tuple(variable.path for variable in layer.weights)
        layers.append(Layer(layer.name, kind, shape, facts.parameters, settings, weights))
    return layers
