"""Import of a foreign ONNX file: a new file with the same layers and weights.

What is kept and used afterwards is built by the app; see `onnx_reader`. So that it classifies as
the given file does, both are run once on random pixels, the given one only after the size of every
value and the cost of every node were computed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.inference.layer_rules import INPUT_SHAPE, LayerError
from mnist_core.inference.network import Network
from mnist_core.inference.network_limits import MAX_MULTIPLY_ADDS, MAX_OUTPUT_VALUES
from mnist_core.inference.onnx_graph import INPUT, describe_window
from mnist_core.inference.onnx_model import ModelError, open_session
from mnist_core.inference.onnx_parser import ForeignModelError, parse_model
from mnist_core.inference.onnx_reader import check_digit_classifier, extract_network
from mnist_core.messages import message

if TYPE_CHECKING:
    import onnx

TOLERANCE = 1e-3
WINDOWED = {"AveragePool", "Conv", "MaxPool"}


def rebuild(content: bytes) -> bytes:
    """Return a file of the app's own with the layers and weights of a given file.

    Args:
        content: The bytes of an .onnx file.

    Raises:
        ForeignModelError: The file is damaged, holds anything that the app does not write, or its
            graph does not match its description.
        LayerError: It has a layer that is not supported, or is too large.
    """
    model = parse_model(content)
    network = extract_network(model)
    check_digit_classifier(network.layers)
    if network.input_shape != INPUT_SHAPE:
        raise ForeignModelError(message("It does not take 28 × 28 pixels."))
    own = network.to_onnx()
    _check_agreement(model, network, own)
    return own


def rebuild_model(name: str, content: bytes) -> bytes:
    """Return a file of the app's own with the layers and weights of a file that a person gave.

    Raises:
        ModelError: The file cannot be taken over; the message names it and the reason.
    """
    try:
        return rebuild(content)
    except (ForeignModelError, LayerError) as error:
        raise ModelError(
            message(
                "{name} cannot be used as a model: it is damaged, or another program wrote it. "
                "{error} Choose an .onnx file that this app wrote, or a .keras or .h5 file.",
                name=name,
                error=error,
            )
        ) from error


def _check_agreement(model: onnx.ModelProto, network: Network, own: bytes) -> None:
    names = [layer.name for layer in network.layers]
    given = _fix_batch(model)
    _set_padding(given, network)
    if sorted(output.name for output in given.graph.output) != sorted(names):
        raise ForeignModelError(message("Its outputs are not those of the layers it describes."))
    _check_cost(given)
    image = np.random.default_rng(0).random((1, *INPUT_SHAPE), np.float32)
    try:
        theirs = _run(given.SerializeToString(), image, names)
    except Exception as error:  # ONNX Runtime raises many types that share no base.
        raise ForeignModelError(message("Its graph cannot be run.")) from error
    for name, expected, found in zip(names, _run(own, image, names), theirs, strict=True):
        if not np.allclose(expected, found, atol=TOLERANCE, rtol=TOLERANCE, equal_nan=True):
            raise ForeignModelError(
                message("Its layer {name} does not match its description.", name=name)
            )


def _fix_batch(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy whose only input is one image, so that every size in it can be computed."""
    import onnx

    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    del fixed.graph.input[:], fixed.graph.value_info[:]
    fixed.graph.input.append(
        onnx.helper.make_tensor_value_info(INPUT, onnx.TensorProto.FLOAT, (1, *INPUT_SHAPE))
    )
    outputs = [item.name for item in fixed.graph.output]
    del fixed.graph.output[:]
    fixed.graph.output.extend(onnx.ValueInfoProto(name=name) for name in outputs)
    return fixed


def _set_padding(model: onnx.ModelProto, network: Network) -> None:
    """Give the windows in a graph the padding of the layers that it describes.

    Earlier versions wrote `auto_pad`, with which a convolution does not compute what Keras does
    where its strides are larger than its kernel.
    """
    from onnx import helper

    nodes = (node for node in model.graph.node if node.op_type in WINDOWED)
    shapes = (INPUT_SHAPE, *(layer.output_shape for layer in network.layers))
    layers = (
        pair for pair in zip(network.layers, shapes, strict=False) if "strides" in pair[0].settings
    )
    for node, (layer, shape) in zip(nodes, layers, strict=False):
        for attribute in node.attribute:
            if attribute.name == "auto_pad" and attribute.s == b"SAME_UPPER":
                pads = describe_window(layer, shape)["pads"]
                attribute.CopyFrom(helper.make_attribute("pads", pads))


def _check_cost(model: onnx.ModelProto) -> None:
    """Check that every value of a graph has a known, moderate size, and all nodes together too."""
    import onnx

    try:
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    except Exception as error:  # onnx raises several types that share no base.
        raise ForeignModelError(message("The shapes in its graph do not fit together.")) from error
    shapes = {tensor.name: tuple(tensor.dims) for tensor in inferred.initializer}
    for item in (*inferred.input, *inferred.value_info, *inferred.output):
        dimensions = item.type.tensor_type.shape.dim
        shapes[item.name] = tuple(
            each.dim_value if each.HasField("dim_value") else -1 for each in dimensions
        )
    total = 0
    for node in inferred.node:
        for name in node.output:
            shape = shapes.get(name)
            if shape is None or min(shape, default=0) < 0:
                raise ForeignModelError(message("Its graph has values of unknown size."))
            if math.prod(shape) > MAX_OUTPUT_VALUES:
                raise ForeignModelError(
                    message(
                        "Its graph has a value of {count:,} numbers; at most {most:,} are "
                        "supported.",
                        count=math.prod(shape),
                        most=MAX_OUTPUT_VALUES,
                    )
                )
        total += _count_multiply_adds(node, shapes)
    if total > 2 * MAX_MULTIPLY_ADDS:
        raise ForeignModelError(
            message(
                "Its graph takes {total:,} multiply-adds per image; at most {most:,} are "
                "supported.",
                total=total,
                most=MAX_MULTIPLY_ADDS,
            )
        )


def _count_multiply_adds(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    """Return an upper bound of a node's multiplications."""
    import onnx

    values = sum(math.prod(shapes[name]) for name in node.output)
    if node.op_type in {"Conv", "Gemm", "MatMul"}:
        return values * max(1, math.prod(shapes.get(node.input[1], ())[-3:]))
    attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    return values * max(1, math.prod(attributes.get("kernel_shape", ())))


def _run(content: bytes, image: np.ndarray, outputs: list[str]) -> list[np.ndarray]:
    values: list[np.ndarray] = open_session(content).run(outputs, {INPUT: image})
    return values
