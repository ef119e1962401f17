"""ONNX files that claim to be models of the app, for tests and benchmarks."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx

from mnist_core.inference.onnx_model import PRETRAINED

COMPACT = (PRETRAINED / "compact.onnx").read_bytes()


def change(edit: Callable[[onnx.ModelProto], object], content: bytes = COMPACT) -> bytes:
    """Return a model's file after a change."""
    model = onnx.ModelProto.FromString(content)
    edit(model)
    return model.SerializeToString()


def describe(edit: Callable[[dict], None], content: bytes = COMPACT) -> bytes:
    """Return a model's file after a change of its metadata."""

    def change_metadata(model: onnx.ModelProto) -> None:
        described = {item.key: json.loads(item.value) for item in model.metadata_props}
        edit(described)
        onnx.helper.set_model_props(model, {k: json.dumps(v) for k, v in described.items()})

    return change(change_metadata, content)


def add_node(operator: str, *inputs: str, **attributes: Any) -> bytes:
    """Return a model with a further node."""
    node = onnx.helper.make_node(operator, list(inputs), ["more"], **attributes)
    return change(lambda model: model.graph.node.append(node))


def loop_without_end() -> bytes:
    """Return a model with a Loop of 2^62 rounds."""
    body = onnx.helper.make_graph([], "body", [], [])
    return add_node("Loop", "", "", body=body)


def grow(size: int) -> bytes:
    """Return a model with a node whose output has size · size values."""

    def edit(model: onnx.ModelProto) -> None:
        for name, shape in (("column", (size, 1)), ("row", (1, size))):
            value = onnx.numpy_helper.from_array(np.zeros(shape, np.float32), name)
            model.graph.initializer.append(value)
        model.graph.node.append(onnx.helper.make_node("Add", ["column", "row"], ["large"]))

    return change(edit)


def set_layer(index: int, **values: object) -> bytes:
    """Return a model that describes one of its layers by other values."""
    return describe(lambda described: described["layers"][index].update(values))


def set_setting(index: int, **values: object) -> bytes:
    """Return a model that describes one of its layers by other settings."""
    return describe(lambda described: described["layers"][index]["settings"].update(values))
