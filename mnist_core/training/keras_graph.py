"""The layers of a Keras model in order, from its configuration.

Sequential models list their layers in order. Functional models list for each layer where its
input comes from. Models inside a model are replaced by their layers. Models whose layers do not
follow one another are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from mnist_core.messages import message
from mnist_core.training.keras_archive import KerasFileError, quote

INPUT_LAYER = "InputLayer"
# An input of whole numbers gets the pixels as MNIST's files have them.
INPUT_TYPES = {"float16", "float32", "float64", "uint8", "int32", "int64"}
_MODELS = {"Sequential", "Functional", "Model"}
_KERAS_1 = {"Convolution2D", "MaxoutDense", "TimeDistributedDense"}


@dataclass(frozen=True)
class Entry:
    """A layer as the configuration has it.

    Attributes:
        name: The layer's name.
        kind: The name of its class.
        module: The module of its class; None in files of Keras 2.
        registered_name: The name under which a person's own class is registered.
        settings: The arguments of its constructor.
        models: The names of the models around it inside the whole model, the outermost first.
        folder: Where a .keras file holds its variables, such as "layers/dense_1".
    """

    name: str
    kind: Any
    module: Any
    registered_name: Any
    settings: dict[str, Any]
    models: tuple[str, ...]
    folder: str


def list_in_order(config: dict[str, Any]) -> tuple[tuple[Any, ...], list[Entry]]:
    """Return the input's shape and the layers in order, without input layers.

    Args:
        config: The configuration of the whole model.

    Returns:
        The shape without the batch axis, and the layers.

    Raises:
        KerasFileError: The model is neither sequential nor functional, or its layers branch.
        KeyError, TypeError, AttributeError, IndexError, ValueError: It has another structure than
            Keras gives it.
    """
    if config["class_name"] not in _MODELS:
        raise KerasFileError(
            message(
                "It holds an object of the class {name}; expected a Sequential or a functional "
                "model. Choose another file.",
                name=quote(config["class_name"]),
            )
        )
    entries = list(_expand(config, (), ""))
    shape = _find_input_shape(config, entries[0])
    return shape, [entry for entry in entries if entry.kind != INPUT_LAYER]


def _expand(config: dict[str, Any], models: tuple[str, ...], folder: str) -> Iterator[Entry]:
    """Yield the layers of a model and of the models inside it, each after its input layer."""
    layers = config["config"]
    # Keras before 2.2.3 wrote the list of a sequential model's layers without its name.
    layers = layers if isinstance(layers, list) else layers["layers"]
    folders = _find_folders(layers, folder)
    for layer in layers if config["class_name"] == "Sequential" else _follow(config["config"]):
        name, place = _name(layer), folders[id(layer)]
        kind = layer["class_name"]
        if kind in _KERAS_1:
            raise KerasFileError(
                message(
                    "It was saved by Keras 1, before 2017, whose files have another form. Train "
                    "the network again with Keras 3, or choose another file."
                )
            )
        if kind in _MODELS:
            yield from _expand(layer, (*models, name), f"{place}/")
        else:
            yield Entry(
                name=name,
                kind=kind,
                module=layer.get("module"),
                registered_name=layer.get("registered_name"),
                settings=layer["config"],
                models=models,
                folder=place,
            )


def _find_folders(layers: list[dict[str, Any]], folder: str) -> dict[int, str]:
    """Return where a .keras file holds each layer's variables: counted per class."""
    counts: Counter[str] = Counter()
    folders = {}
    for layer in layers:
        kind = "Functional" if layer["class_name"] == "Model" else layer["class_name"]
        stem = re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", kind).lower()
        folders[id(layer)] = f"{folder}layers/{stem}{f'_{counts[stem]}' if counts[stem] else ''}"
        counts[stem] += 1
    return folders


def _find_input_shape(config: dict[str, Any], first: Entry) -> tuple[Any, ...]:
    """Return the shape of one image; None is an axis of any length."""
    settings = first.settings
    shape = settings.get("batch_shape") or settings.get("batch_input_shape")
    if shape is None:
        shape = config["config"]["build_input_shape"]
    data_type = settings.get("dtype", "float32")
    is_input = first.kind == INPUT_LAYER
    if is_input and (
        data_type not in INPUT_TYPES or settings.get("sparse") or settings.get("ragged")
    ):
        raise KerasFileError(
            message(
                "The network takes an input of the data type {data_type}; expected dense float32 "
                "values. Choose another file.",
                data_type=quote(data_type),
            )
        )
    return tuple(None if length is None else int(length) for length in shape[1:])


def _follow(model: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the layers of a functional model from the input to the output."""
    layers = {_name(layer): layer for layer in model["layers"]}
    following: dict[str, str] = {}
    for name, layer in layers.items():
        if layer["class_name"] == INPUT_LAYER:
            continue
        source = _find_source(name, layer)
        if source in following:
            _refuse_branch(source)
        following[source] = name
    first, last = _find_end(model["input_layers"]), _find_end(model["output_layers"])
    order = [first]
    while order[-1] in following:
        order.append(following.pop(order[-1]))
    if order[-1] != last or len(order) != len(model["layers"]):
        _refuse_branch(order[-1])
    return [layers[name] for name in order]


def _find_source(name: str, layer: dict[str, Any]) -> str:
    """Return the name of the one layer whose output a layer takes."""
    nodes = layer["inbound_nodes"]
    if len(nodes) != 1:
        _refuse_branch(name)
    if isinstance(nodes[0], list):  # Keras 2: [[source, node, output, arguments]]
        if isinstance(nodes[0][0], str):  # an operation: [source, node, output, arguments]
            _refuse_argument(name, layer["class_name"])
        if len(nodes[0]) != 1:
            _refuse_branch(name)
        source, _, output, arguments = nodes[0][0]
    else:
        tensors, arguments = nodes[0]["args"], nodes[0]["kwargs"]
        if any(not isinstance(tensor, dict) for tensor in tensors[1:]):
            _refuse_argument(name, layer["class_name"])
        if len(tensors) != 1 or not isinstance(tensors[0], dict):
            _refuse_branch(name)
        if tensors[0]["class_name"] != "__keras_tensor__":
            _refuse_branch(name)
        source, _, output = tensors[0]["config"]["keras_history"]
    if output != 0:
        _refuse_branch(name)
    # Layers that change images at random are called with `training`, which predictions override.
    ignored = {"name", "training"} if str(layer["class_name"]).startswith("Random") else {"name"}
    if any(value not in (None, False) for key, value in arguments.items() if key not in ignored):
        _refuse_argument(name, layer["class_name"])
    return source


def _find_end(ends: list[Any]) -> str:
    if isinstance(ends[0], list):
        if len(ends) != 1:
            raise KerasFileError(
                message(
                    "The network has {count} inputs or outputs; expected one of each. Choose "
                    "another file.",
                    count=len(ends),
                )
            )
        ends = ends[0]
    return ends[0]


def _name(layer: dict[str, Any]) -> str:
    name = layer.get("name") or layer["config"]["name"]
    if not isinstance(name, str):
        raise TypeError(name)
    return name


def _refuse_argument(name: str, kind: str) -> NoReturn:
    raise KerasFileError(
        message(
            "The layer {name} ({kind}) computes with more than its input, such as a constant; "
            "expected layers of Keras that take an input alone. Use a Rescaling layer to scale "
            "pixels, or choose another file.",
            name=quote(name),
            kind=quote(kind),
        )
    )


def _refuse_branch(name: str) -> NoReturn:
    raise KerasFileError(
        message(
            "The network branches at the layer {name}; expected layers that follow one another, "
            "since the app shows them in a row. Choose another file.",
            name=quote(name),
        )
    )
