"""Parsing of foreign ONNX files, without running them.

A parsed file is safe to look at: it holds no node, attribute or tensor of a kind that the app does
not write itself, and refers to no other file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnist_core.errors import MnistError, shorten
from mnist_core.messages import message

if TYPE_CHECKING:
    import onnx

MAX_FILE_BYTES = 128 * 2**20
MAX_NODES = 2_000
# Those of `onnx_graph`, and those in the files that earlier versions wrote with tf2onnx.
OPERATORS = frozenset({
    "Add", "AveragePool", "BatchNormalization", "Cast", "Concat", "Conv", "Erf", "Flatten",
    "Gather", "Gemm", "GlobalAveragePool", "Identity", "LeakyRelu", "MatMul", "MaxPool", "Mul",
    "Reciprocal",
    "ReduceMean", "Relu", "Reshape", "Shape", "Sigmoid", "Slice", "Softmax", "Sqrt", "Squeeze",
    "Sub", "Tanh", "Transpose", "Unsqueeze",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "allowzero", "alpha", "auto_pad", "axes", "axis", "beta", "ceil_mode", "count_include_pad",
    "dilations", "end", "epsilon", "group", "keepdims", "kernel_shape", "momentum",
    "noop_with_empty_axes", "pads", "perm", "start", "storage_order", "strides", "to",
    "training_mode", "transA", "transB",
})  # fmt: skip


class ForeignModelError(MnistError):
    """A file is not a network that the app can take over; the message is the reason, a sentence."""


def parse_model(content: bytes) -> onnx.ModelProto:
    """Parse a file and check that it holds only what the app writes.

    Raises:
        ForeignModelError: It is damaged or holds anything else.
    """
    import onnx
    from google.protobuf.message import DecodeError

    if len(content) > MAX_FILE_BYTES:
        raise ForeignModelError(
            message(
                "It has {count:.0f} MB; at most {most} are read.",
                count=len(content) / 2**20,
                most=MAX_FILE_BYTES // 2**20,
            )
        )
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as error:
        raise ForeignModelError(message("It is damaged, or not an ONNX file.")) from error
    graph = model.graph
    if model.functions or model.training_info or graph.sparse_initializer:
        raise ForeignModelError(message("It holds functions, training steps or sparse tensors."))
    if len(graph.node) > MAX_NODES:
        raise ForeignModelError(
            message(
                "It has {count:,} nodes; at most {most:,} are read.",
                count=len(graph.node),
                most=MAX_NODES,
            )
        )
    for node in graph.node:
        if node.domain or node.op_type not in OPERATORS:
            raise ForeignModelError(
                message(
                    "It uses the operator {op_type}, which the app does not write.",
                    op_type=shorten(node.op_type),
                )
            )
        for attribute in node.attribute:
            if attribute.name not in ATTRIBUTES or _holds_more_than_numbers(attribute):
                raise ForeignModelError(
                    message(
                        "Its operator {op_type} has the attribute {name}, which the app does not "
                        "write.",
                        op_type=node.op_type,
                        name=shorten(attribute.name),
                    )
                )
    for tensor in graph.initializer:
        if tensor.data_location != onnx.TensorProto.DEFAULT or tensor.external_data:
            raise ForeignModelError(
                message("Its weights are in another file, and no other file is read.")
            )
    return model


def _holds_more_than_numbers(attribute: onnx.AttributeProto) -> bool:
    return bool(
        attribute.ref_attr_name
        or attribute.HasField("g")
        or attribute.HasField("t")
        or attribute.HasField("sparse_tensor")
        or attribute.HasField("tp")
        or attribute.graphs
        or attribute.tensors
        or attribute.sparse_tensors
        or attribute.type_protos
    )
