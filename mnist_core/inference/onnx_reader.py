"""Reading of foreign ONNX files without running them.

An ONNX file is a program: its nodes may loop, allocate and read other files. This module runs
none of it. The file is parsed, its nodes, tensors and metadata are checked against what the app
itself writes, and all that is taken from it are the settings and the weights of the layers, from
which a `Network` builds the graph that is run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.errors import shorten
from mnist_core.inference.layer_kinds import RULES
from mnist_core.inference.layer_rules import Layer, compute_facts
from mnist_core.inference.network import Network, keep_known_values
from mnist_core.inference.network_limits import MAX_LAYERS, check_limits
from mnist_core.inference.onnx_graph import INPUT
from mnist_core.inference.onnx_parser import ForeignModelError, parse_model
from mnist_core.json_numbers import is_number
from mnist_core.messages import message

if TYPE_CHECKING:
    import onnx

MAX_METADATA_CHARACTERS = 200_000
MAX_NAME = 120
MAX_SIDE = 1_000


def read_network(content: bytes) -> Network:
    """Read the layers and the weights of a file.

    Args:
        content: The bytes of an .onnx file that the app wrote, or that claims so.

    Raises:
        ForeignModelError: It is damaged, holds anything that the app does not write, or describes
            other layers than its weights are for.
        LayerError: It has a layer that is not supported, or is too large.
    """
    return extract_network(parse_model(content))


def extract_network(model: onnx.ModelProto) -> Network:
    """Take the layers and the weights from a parsed file, and check that they fit each other.

    Raises:
        ForeignModelError: The metadata are damaged, or do not fit the weights.
        LayerError: A layer is not supported, or the network is too large.
    """
    described = _read_metadata(model)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    layers: list[Layer] = []
    facts = []
    weights: dict[str, np.ndarray] = {}
    shape = input_shape = _read_input_shape(model)
    for description in described["layers"]:
        layer = read_layer(description)
        rule = RULES.get(layer.kind)
        known = {k: layer.settings[k] for k in rule.settings if k in layer.settings} if rule else {}
        fact = compute_facts(layer.name, layer.kind, known, shape)
        facts.append(fact)
        shape = fact.output_shape
        if layer.output_shape != shape or layer.parameters != fact.parameters:
            raise ForeignModelError(
                message(
                    "Its layer {name} is described with the shape {output_shape} and "
                    "{parameters:,} parameters, but has {found_shape} and {found:,}.",
                    name=shorten(layer.name),
                    output_shape=layer.output_shape,
                    parameters=layer.parameters,
                    found_shape=shape,
                    found=fact.parameters,
                )
            )
        if len(layer.weights) != len(fact.weight_shapes):
            raise ForeignModelError(
                message(
                    "Its layer {name} names {count} weights, but has {found}.",
                    name=shorten(layer.name),
                    count=len(layer.weights),
                    found=len(fact.weight_shapes),
                )
            )
        check_limits(facts)
        for name, weight_shape in zip(layer.weights, fact.weight_shapes, strict=True):
            weights[name] = _read_weight(tensors.get(name), name, weight_shape)
        momentum = layer.settings.get("momentum")
        if isinstance(momentum, float) and is_number(momentum):
            known["momentum"] = momentum
        layers.append(Layer(layer.name, layer.kind, shape, fact.parameters, known, layer.weights))
    names = [layer.name for layer in layers]
    if len(set(names)) != len(names) or INPUT in names:
        raise ForeignModelError(message("Two of its layers have the same name."))
    values = keep_known_values(described)
    return Network(described["name"], input_shape, tuple(layers), weights, values)


def check_digit_classifier(layers: Sequence[Layer]) -> None:
    """Check that a network ends in ten logits and their softmax.

    Raises:
        ForeignModelError: It does not.
    """
    names = [layer.name for layer in layers]
    if "logits" not in names[1:]:
        raise ForeignModelError(
            message("It has no layer named logits, which gives a value per digit.")
        )
    logits, *rest = layers[names.index("logits") :]
    if logits.output_shape != (10,) or [layer.kind for layer in rest] != ["Softmax"]:
        raise ForeignModelError(message("It does not end in ten logits and a softmax."))


def _read_input_shape(model: onnx.ModelProto) -> tuple[int, ...]:
    inputs = [item for item in model.graph.input if item.name == INPUT]
    dimensions = inputs[0].type.tensor_type.shape.dim if len(inputs) == 1 else ()
    shape = tuple(dimension.dim_value for dimension in dimensions)[1:]
    if (
        len(model.graph.input) != 1
        or len(shape) != 3
        or not all(1 <= size <= MAX_SIDE for size in shape)
    ):
        raise ForeignModelError(message("Its input is not images alone."))
    return shape


def _read_metadata(model: onnx.ModelProto) -> dict[str, Any]:
    try:
        described = {
            item.key: json.loads(item.value)
            for item in model.metadata_props
            if len(item.value) <= MAX_METADATA_CHARACTERS
        }
        name, layers = described["name"], described["layers"]
    except (KeyError, ValueError, RecursionError) as error:
        raise ForeignModelError(message("It does not describe its layers.")) from error
    if not _is_name(name) or not isinstance(layers, list) or not 1 <= len(layers) <= MAX_LAYERS:
        raise ForeignModelError(message("It does not describe its layers."))
    return described


def read_layer(description: Any) -> Layer:
    """Return a layer as the metadata of a file describe it, of values of the right types.

    Raises:
        ForeignModelError: The description lacks a value, or one has another type.
    """
    try:
        layer = Layer(
            name=description["name"],
            kind=description["kind"],
            output_shape=tuple(description["output_shape"]),
            parameters=description["parameters"],
            settings=description["settings"],
            weights=tuple(description["weights"]),
        )
    except (KeyError, TypeError) as error:
        raise ForeignModelError(message("It describes a layer incompletely.")) from error
    names = (layer.name, layer.kind, *layer.weights)
    counts = (*layer.output_shape, layer.parameters)
    if (
        not all(map(_is_name, names))
        or not all(type(count) is int for count in counts)
        or not isinstance(layer.settings, Mapping)
    ):
        raise ForeignModelError(message("It describes a layer by values of the wrong type."))
    return layer


def _read_weight(tensor: onnx.TensorProto | None, name: str, shape: tuple[int, ...]) -> np.ndarray:
    from onnx import TensorProto, numpy_helper

    if tensor is None:
        raise ForeignModelError(message("It lacks the weights {name}.", name=shorten(name)))
    if tuple(tensor.dims) != shape or tensor.data_type != TensorProto.FLOAT:
        raise ForeignModelError(
            message(
                "Its weights {name} have the shape {found}; their layer has weights of the shape "
                "{shape} and type float32.",
                name=shorten(name),
                found=tuple(tensor.dims),
                shape=shape,
            )
        )
    try:
        return np.array(numpy_helper.to_array(tensor), np.float32)
    except (ValueError, TypeError) as error:
        raise ForeignModelError(
            message("Its weights {name} are damaged.", name=shorten(name))
        ) from error


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= MAX_NAME and value.isprintable()
