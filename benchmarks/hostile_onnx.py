"""Hostile ONNX files, by kind: programs, references to other files, lies and damage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from benchmarks.hostile_bytes import (
    LOCATIONS,
    Make,
    Rng,
    make_damaged,
    make_other_file,
    pick,
)
from benchmarks.hostile_metadata import METADATA_KINDS
from benchmarks.onnx_files import (
    COMPACT,
    add_node,
    change,
    grow,
    loop_without_end,
)

OPERATORS = (
    "If", "Scan", "SequenceMap", "RandomNormal", "ConstantOfShape", "Range", "Tile", "Expand",
    "Pad", "Resize",
    "NonZero", "Einsum", "StringConcat", "GridSample", "LSTM", "Constant", "Compress",
    "DequantizeLinear", "Multinomial", "Upsample", "ImageDecoder", "Optional", "Gather", "Slice",
)  # fmt: skip


def _external(tensor: onnx.TensorProto, rng: Rng) -> None:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=pick(rng, LOCATIONS))
    if rng.integers(2):
        tensor.external_data.add(key="offset", value=pick(rng, ("0", "-1", "99999999999", "x")))
        tensor.external_data.add(key="length", value=pick(rng, ("36", "0", "-5", "99999999999")))


def _make_external(rng: Rng) -> onnx.TensorProto:
    tensor = numpy_helper.from_array(np.zeros(10, np.float32), "outside")
    _external(tensor, rng)
    return tensor


def _external_weights(rng: Rng) -> bytes:
    def edit(model: onnx.ModelProto) -> None:
        _external(pick(rng, model.graph.initializer), rng)

    return change(edit)


def _external_name_only(rng: Rng) -> bytes:
    def edit(model: onnx.ModelProto) -> None:
        tensor = pick(rng, model.graph.initializer)
        tensor.external_data.add(key="location", value=pick(rng, LOCATIONS))

    return change(edit)


def _external_function(rng: Rng) -> bytes:
    def edit(model: onnx.ModelProto) -> None:
        node = helper.make_node("Constant", [], ["y"], value=_make_external(rng))
        imports = [helper.make_opsetid("", 18)]
        model.functions.append(helper.make_function("own", "f", [], ["y"], [node], imports))
        model.graph.node.append(helper.make_node("f", [], ["more"], domain="own"))

    return change(edit)


def _external_in_graph(rng: Rng) -> bytes:
    body = helper.make_graph([], "body", [], [], [_make_external(rng)])
    return add_node("If", "images", then_branch=body, else_branch=body)


def _sparse(rng: Rng) -> bytes:
    def edit(model: onnx.ModelProto) -> None:
        values = numpy_helper.from_array(np.ones(1, np.float32), "values")
        indices = numpy_helper.from_array(np.array([2**40]), "indices")
        shape = [int(rng.integers(2**40, 2**62))]
        model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, shape))

    return change(edit)


def _nested(rng: Rng) -> bytes:
    body = helper.make_graph([], "body", [], [])
    for _ in range(rng.integers(5, 28)):
        node = helper.make_node("Loop", ["", ""], [], body=body)
        body = helper.make_graph([node], "body", [], [])
    return add_node("Loop", "", "", body=body)


def _chain(rng: Rng) -> bytes:
    """Many nodes, or values that double in size with each of them."""
    operator, inputs, length = pick(
        rng, (("Identity", 1, 1_800), ("Identity", 1, 5_000), ("Concat", 2, 40), ("Add", 2, 1_500))
    )
    settings: dict[str, Any] = {"axis": 1} if operator == "Concat" else {}

    def edit(model: onnx.ModelProto) -> None:
        name = "images"
        for index in range(length):
            node = helper.make_node(operator, [name] * inputs, [f"step{index}"], **settings)
            model.graph.node.append(node)
            name = f"step{index}"

    return change(edit)


def _attribute(rng: Rng) -> bytes:
    """Attributes of the graph's own nodes with impossible or huge values."""
    values = (0, -1, 2**31, 2**62)

    def edit(model: onnx.ModelProto) -> None:
        nodes = [node for node in model.graph.node if node.attribute]
        for attribute in pick(rng, nodes).attribute:
            if attribute.type == onnx.AttributeProto.INTS:
                attribute.ints[:] = [pick(rng, values)] * int(rng.integers(0, 9))
            elif attribute.type == onnx.AttributeProto.INT:
                attribute.i = pick(rng, values)

    return change(edit)


def _tensor(rng: Rng) -> bytes:
    """Weights of other types and shapes, with too little data or values that are not numbers."""

    def edit(model: onnx.ModelProto) -> None:
        tensor = pick(rng, model.graph.initializer)
        action = rng.integers(7)
        if action == 0:
            tensor.dims[:] = [2**40, 2**20]
        elif action == 1:
            tensor.dims[:] = [-1] * len(tensor.dims)
        elif action == 2:
            tensor.data_type = int(rng.integers(0, 30))
        elif action == 3:
            tensor.raw_data = tensor.raw_data[: rng.integers(len(tensor.raw_data))]
        elif action == 4:
            count = len(tensor.raw_data) // 4
            odd = pick(rng, (np.nan, np.inf, 3e38))
            tensor.raw_data = np.full(count, odd, np.float32).tobytes()
        elif action == 5:
            tensor.dims[:] = [1] * 60
        else:
            tensor.ClearField("raw_data")
            tensor.string_data.append(b"touch executed")

    return change(edit)


def _wiring(rng: Rng) -> bytes:
    """Cycles, values that do not exist, and layers that compute something else."""

    def edit(model: onnx.ModelProto) -> None:
        node = pick(rng, model.graph.node)
        action = rng.integers(5)
        if action == 0:
            node.input[0] = node.output[0]
        elif action == 1:
            node.input[0] = "nowhere"
        elif action == 2:
            node.op_type = pick(rng, ("Tanh", "Sigmoid", "Identity", "Transpose", "Softmax"))
        elif action == 3:
            node.output[0] = model.graph.node[0].output[0]
        else:
            model.graph.node.remove(node)

    return change(edit)


def _interface(rng: Rng) -> bytes:
    """Inputs and outputs of other names, shapes, types and numbers."""

    def edit(model: onnx.ModelProto) -> None:
        action = rng.integers(5)
        if action == 0:
            shape = pick(rng, ([1, 10**9, 10**9, 1], [1, 999, 999, 999], [1, 28, 28], [-1] * 4))
            value = helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)
            model.graph.input[0].CopyFrom(value)
        elif action == 1:
            model.graph.input.append(model.graph.input[0])
        elif action == 2:
            del model.graph.output[:]
        elif action == 3:
            model.graph.output.append(pick(rng, model.graph.output))
        else:
            model.graph.output[0].name = "images"

    return change(edit)


def _header(rng: Rng) -> bytes:
    def edit(model: onnx.ModelProto) -> None:
        model.ir_version = pick(rng, (0, -1, 2**40))
        model.doc_string = "d" * int(rng.integers(1, 20_000_000))
        model.opset_import.append(helper.make_opsetid(pick(rng, ("", "own")), 2**40))

    return change(edit)


def _custom_operator(rng: Rng) -> bytes:
    domain = pick(rng, ("com.microsoft", "own", "ai.onnx.contrib", "ai.onnx.preview.training"))
    return add_node("PyCustomOp", "images", domain=domain, path="executed")


def _add_anything(rng: Rng) -> bytes:
    return add_node(pick(rng, OPERATORS), *(["images"] * int(rng.integers(4))))


KINDS: Mapping[str, Make] = {
    "a sound file": lambda rng: COMPACT,
    "a sound file, odd file name": lambda rng: COMPACT,
    "weights in another file": _external_weights,
    "weights in another file, by name only": _external_name_only,
    "another file in a function": _external_function,
    "another file in a subgraph": _external_in_graph,
    "sparse weights": _sparse,
    "a loop without end": lambda rng: loop_without_end(),
    "nested loops": _nested,
    "a large value": lambda rng: grow(int(10 ** rng.uniform(3, 6))),
    "a chain of nodes": _chain,
    "any operator": _add_anything,
    "operators of others": _custom_operator,
    "odd attributes": _attribute,
    "odd tensors": _tensor,
    "odd wiring": _wiring,
    "odd inputs and outputs": _interface,
    "an odd header": _header,
    **METADATA_KINDS,
    "another format": make_other_file,
    **make_damaged(lambda rng: COMPACT),
}
