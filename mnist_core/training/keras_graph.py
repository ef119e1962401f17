"""The order of the layers in the configuration of a Keras model.

Sequential models list their layers in order. Functional models list for each layer where its
input comes from; those whose layers follow one another are put in order, others are refused.
"""

from __future__ import annotations

from typing import Any

from mnist_core.training.keras_archive import KerasFileError, quote

INPUT_LAYER = "InputLayer"
FLOATS = {"float16", "float32", "float64"}


def list_in_order(config: dict[str, Any]) -> tuple[tuple[Any, ...], list[dict[str, Any]]]:
    """Return the input's shape and the entries of the layers in order, without the input layer.

    Args:
        config: The content of a .keras file's config.json.

    Returns:
        The shape without the batch axis, and the entries as the configuration has them.

    Raises:
        KerasFileError: The model is neither sequential nor functional, or its layers branch.
        KeyError, TypeError, AttributeError, IndexError, ValueError: It has another structure than
            Keras gives it.
    """
    kind, model = config["class_name"], config["config"]
    if kind == "Sequential":
        entries = model["layers"]
    elif kind in {"Functional", "Model"}:
        entries = _follow_connections(model)
    else:
        raise KerasFileError(
            f"It holds an object of the class {quote(kind)}; expected a Sequential or a functional "
            "model. Choose another file."
        )
    if entries[0]["class_name"] != INPUT_LAYER:
        return _drop_batch_axis(model["build_input_shape"]), list(entries)
    settings = entries[0]["config"]
    shape = _drop_batch_axis(settings.get("batch_shape") or settings["batch_input_shape"])
    data_type = settings.get("dtype", "float32")
    if data_type not in FLOATS or settings.get("sparse") or settings.get("ragged"):
        raise KerasFileError(
            f"The network takes an input of the data type {quote(data_type)}; expected dense "
            "float32 values in 0..1. Choose another file."
        )
    return shape, list(entries[1:])


def _drop_batch_axis(shape: list[Any]) -> tuple[Any, ...]:
    """Return the shape of one image; None is an axis of any length."""
    return tuple(None if length is None else int(length) for length in shape[1:])


def _follow_connections(model: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the layers of a functional model from the input to the output."""
    entries = {_name(entry): entry for entry in model["layers"]}
    following: dict[str, str] = {}
    for name, entry in entries.items():
        if entry["class_name"] == INPUT_LAYER:
            continue
        source = _find_source(name, entry)
        if source in following:
            _refuse_branch(source)
        following[source] = name
    first, last = _find_end(model["input_layers"]), _find_end(model["output_layers"])
    order = [first]
    while order[-1] in following:
        order.append(following.pop(order[-1]))
    if order[-1] != last or len(order) != len(model["layers"]):
        _refuse_branch(order[-1])
    return [entries[name] for name in order]


def _find_source(name: str, entry: dict[str, Any]) -> str:
    """Return the name of the one layer whose output a layer takes."""
    nodes = entry["inbound_nodes"]
    if len(nodes) != 1 or len(nodes[0]["args"]) != 1 or not isinstance(nodes[0]["args"][0], dict):
        _refuse_branch(name)
    tensor = nodes[0]["args"][0]
    source, node, output = tensor["config"]["keras_history"]
    if tensor["class_name"] != "__keras_tensor__" or (node, output) != (0, 0):
        _refuse_branch(name)
    for argument, value in nodes[0]["kwargs"].items():
        if value not in (None, False):
            raise KerasFileError(
                f"The layer {quote(name)} is called with the argument {quote(argument)}; expected "
                "none besides its input. Choose another file."
            )
    return source


def _find_end(ends: list[Any]) -> str:
    if isinstance(ends[0], list):
        if len(ends) != 1:
            raise KerasFileError(
                f"The network has {len(ends)} inputs or outputs; expected one of each. Choose "
                "another file."
            )
        ends = ends[0]
    return ends[0]


def _name(entry: dict[str, Any]) -> str:
    return entry.get("name") or entry["config"]["name"]


def _refuse_branch(name: str) -> None:
    raise KerasFileError(
        f"The network branches at the layer {quote(name)}; expected layers that follow one "
        "another, since the app shows them in a row. Choose another file."
    )
