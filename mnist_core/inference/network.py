"""A sequential network as plain data, which an ONNX file of the app holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.inference.layer_rules import Layer
from mnist_core.inference.onnx_graph import build_graph
from mnist_core.json_numbers import is_number

if TYPE_CHECKING:
    import onnx


@dataclass(frozen=True, eq=False)
class Network:
    """A network without its graph.

    Attributes:
        name: The network's name.
        input_shape: The shape of one input, channels last.
        layers: The layers in order, with shapes and counts computed from their settings.
        weights: The weights by the names in `Layer.weights`, float32.
        values: Further values of types that JSON can hold, such as "temperature" and "taught".
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    weights: Mapping[str, np.ndarray]
    values: Mapping[str, Any] = field(default_factory=dict)

    def build_graph(self, outputs: Iterable[str] | None = None) -> onnx.ModelProto:
        """Build the graph; its metadata describe the layers, so that they can be read again.

        Args:
            outputs: The layers whose outputs the graph gives, by default all of them.
        """
        layers = [_describe(layer) for layer in self.layers]
        metadata = {"name": self.name, "layers": layers, **self.values}
        return build_graph(self.layers, self.weights, self.input_shape, metadata, outputs)

    def to_onnx(self) -> bytes:
        """Return the content of an .onnx file that gives the outputs of all layers."""
        return self.build_graph().SerializeToString()


def keep_known_values(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values of a foreign file that the app writes itself and that are possible."""
    values: dict[str, Any] = {
        key: float(described[key])
        for key in ("temperature", "threshold")
        if is_number(described.get(key)) and described[key] > 0
    }
    if described.get("taught") is True:
        values["taught"] = True
    return values


def _describe(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "output_shape": list(layer.output_shape),
        "parameters": layer.parameters,
        "settings": dict(layer.settings),
        "weights": list(layer.weights),
    }
