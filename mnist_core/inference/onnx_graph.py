"""ONNX graphs of sequential networks, built from their layers and weights.

A graph has one input, "images" (n, height, width, channels) float32, and one output per layer,
named after it, channels last as in Keras. Inside, convolutions and poolings run channels first, as
ONNX defines them. The app runs no graphs but those that `build_graph` builds: of a foreign file it
takes only the weights and the layers' settings.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.inference.activation_functions import LEAKY_SLOPE
from mnist_core.inference.layer_kinds import compute_padding

if TYPE_CHECKING:
    import onnx

    from mnist_core.inference.layer_rules import Layer

OPSET = 17
IR_VERSION = 8
INPUT = "images"
CHANNELS_FIRST, CHANNELS_LAST = (0, 3, 1, 2), (0, 2, 3, 1)


def build_graph(
    layers: Sequence[Layer],
    weights: Mapping[str, np.ndarray],
    input_shape: tuple[int, ...],
    metadata: Mapping[str, Any] | None = None,
    outputs: Iterable[str] | None = None,
) -> onnx.ModelProto:
    """Build the graph of a sequence of layers.

    Args:
        layers: The layers in order, each of a kind in `layer_kinds.RULES`.
        weights: The weights by the names in `Layer.weights`, float32.
        input_shape: (height, width, channels) of one image.
        metadata: Values to store beside the graph, each of a type that JSON can hold.
        outputs: The layers whose outputs the graph gives, by default all of them.
    """
    from onnx import TensorProto, helper

    def describe(name: str, shape: tuple[int, ...]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, *shape])

    shapes = {layer.name: layer.output_shape for layer in layers}
    wanted = list(shapes if outputs is None else outputs)
    graph = _Graph(weights)
    value = _to_channels_first(graph, INPUT, input_shape)
    shape = input_shape
    for layer in layers:
        graph.layer = layer.name
        value = _EMIT[layer.kind](graph, layer, value, shape)
        shape = layer.output_shape
        if layer.name in wanted:
            if len(shape) == 3:
                graph.add("Transpose", [value], layer.name, perm=CHANNELS_LAST)
            else:
                graph.add("Identity", [value], layer.name)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "network",
            [describe(INPUT, input_shape)],
            [describe(name, shapes[name]) for name in wanted],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(
        model, {key: json.dumps(value) for key, value in (metadata or {}).items()}
    )
    return model


def describe_window(layer: Layer, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the attributes of the node of a convolution or a pooling.

    The padding is given by `pads`: the values of `auto_pad` crop the input, or are an error, where
    the strides are larger than the window.

    Args:
        layer: A layer with `kernel_size` or `pool_size`.
        shape: The shape of its input, height and width first.
    """
    settings = layer.settings
    window = settings.get("kernel_size") or settings["pool_size"]
    before, after = zip(
        *(
            compute_padding(*axis, settings["padding"])
            for axis in zip(shape[:2], window, settings["strides"], strict=True)
        ),
        strict=True,
    )
    return {"kernel_shape": window, "strides": settings["strides"], "pads": (*before, *after)}


class _Graph:
    """The nodes and constants of a graph while it is built.

    Attributes:
        layer: The name of the layer that is being added; its nodes are named after it.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._weights = weights
        self.layer = INPUT

    def add(
        self, operator: str, inputs: Sequence[str], output: str | None = None, **attributes: Any
    ) -> str:
        """Add a node and return the name of its output."""
        from onnx import helper

        # ONNX Runtime names the steps of a profile after nodes or their outputs.
        name = f"{self.layer}/{operator}:{len(self.nodes)}"
        output = output or name
        self.nodes.append(
            helper.make_node(operator, list(inputs), [output], name=name, **attributes)
        )
        return output

    def add_constant(self, value: np.ndarray) -> str:
        """Add a constant and return its name."""
        return self._add_initializer(value, f"constant:{len(self.initializers)}")

    def add_weights(self, layer: Layer) -> list[str]:
        """Add a layer's variables under their own names and return these."""
        return [self._add_initializer(self._weights[name], name) for name in layer.weights]

    def _add_initializer(self, value: np.ndarray, name: str) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


_Shape = tuple[int, ...]


def _to_channels_first(graph: _Graph, value: str, shape: _Shape) -> str:
    return graph.add("Transpose", [value], perm=CHANNELS_FIRST) if len(shape) == 3 else value


def _activate(graph: _Graph, function: str, value: str, shape: _Shape) -> str:
    if function == "linear":
        return value
    if function == "softmax":
        axis = 1 if len(shape) == 3 else -1  # over the channels
        return graph.add("Softmax", [value], axis=axis)
    if function == "leaky_relu":
        return graph.add("LeakyRelu", [value], alpha=LEAKY_SLOPE)
    if function == "gelu":
        return _emit_gelu(graph, value)
    operators = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}
    return graph.add(operators[function], [value])


def _emit_gelu(graph: _Graph, value: str) -> str:
    """Add x/2 · (1 + erf(x/√2)); this version of ONNX has no operator for it."""
    scale, one, half = (
        graph.add_constant(np.array(number, np.float32)) for number in (1 / math.sqrt(2), 1, 0.5)
    )
    erf = graph.add("Erf", [graph.add("Mul", [value, scale])])
    product = graph.add("Mul", [value, graph.add("Add", [erf, one])])
    return graph.add("Mul", [product, half])


def _emit_convolution(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    kernel, *bias = graph.add_weights(layer)
    kernel = graph.add("Transpose", [kernel], perm=(3, 2, 0, 1))
    value = graph.add("Conv", [value, kernel, *bias], **describe_window(layer, shape))
    return _activate(graph, layer.settings["activation"], value, layer.output_shape)


def _emit_normalization(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    weights = graph.add_weights(layer)
    epsilon = layer.settings["epsilon"]
    return graph.add("BatchNormalization", [value, *weights], epsilon=epsilon)


def _emit_activation(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return _activate(graph, layer.settings["activation"], value, shape)


def _emit_relu(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return _activate(graph, "relu", value, shape)


def _emit_softmax(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return _activate(graph, "softmax", value, shape)


def _emit_max_pooling(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return graph.add("MaxPool", [value], **describe_window(layer, shape))


def _emit_average_pooling(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return graph.add("AveragePool", [value], **describe_window(layer, shape))


def _emit_global_average(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return graph.add("ReduceMean", [value], axes=(2, 3), keepdims=0)


def _emit_flatten(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    if len(shape) == 3:
        value = graph.add("Transpose", [value], perm=CHANNELS_LAST)
    return graph.add("Flatten", [value])


def _emit_dense(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    value = graph.add("Gemm", [value, *graph.add_weights(layer)])
    return _activate(graph, layer.settings["activation"], value, layer.output_shape)


def _emit_rescaling(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    scale = graph.add_constant(np.array(layer.settings["scale"], np.float32))
    offset = graph.add_constant(np.array(layer.settings["offset"], np.float32))
    return graph.add("Add", [graph.add("Mul", [value, scale]), offset])


def _emit_nothing(graph: _Graph, layer: Layer, value: str, shape: _Shape) -> str:
    return value


_EMIT: Mapping[str, Callable[[_Graph, Layer, str, _Shape], str]] = {
    "Activation": _emit_activation,
    "AveragePooling2D": _emit_average_pooling,
    "BatchNormalization": _emit_normalization,
    "Conv2D": _emit_convolution,
    "Dense": _emit_dense,
    "Dropout": _emit_nothing,
    "Flatten": _emit_flatten,
    "GlobalAveragePooling2D": _emit_global_average,
    "MaxPooling2D": _emit_max_pooling,
    "ReLU": _emit_relu,
    "Rescaling": _emit_rescaling,
    "Softmax": _emit_softmax,
}
