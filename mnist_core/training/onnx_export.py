"""From a trained Keras model to one self-describing ONNX file.

The file holds the graph with the output of every layer under the layer's name, the weights under
the names of the Keras variables ("compact/conv1/kernel"), and, as metadata, what a reader needs to
know: the layers with their settings, shapes and parameter counts.

The graph is traced once with the weights as inputs. Writing a file fills them in, so that one
trace serves every epoch of a run, and nothing is folded together that a learner may want to see.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.files import write_atomically

if TYPE_CHECKING:
    import keras

OPSET = 17
SETTINGS = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "activation",
    "use_bias",
    "pool_size",
    "rate",
    "units",
    "momentum",
    "epsilon",
)


class OnnxExporter:
    """Writes a Keras model's current weights as ONNX, as often as asked."""

    def __init__(self, model: keras.Model) -> None:
        import keras
        import tensorflow as tf
        import tf2onnx

        self._model = model
        self._layers = [
            layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)
        ]
        outputs = {layer.name: layer.output for layer in self._layers}
        every_layer = keras.Model(model.inputs, outputs)
        trainable = every_layer.trainable_variables
        fixed = every_layer.non_trainable_variables
        self._variables = [*trainable, *fixed]

        def run(images: tf.Tensor, *weights: tf.Tensor) -> dict[str, tf.Tensor]:
            values, _ = every_layer.stateless_call(
                weights[: len(trainable)], weights[len(trainable) :], images, training=False
            )
            return values

        signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name="images")]
        signature += [
            tf.TensorSpec(variable.shape, variable.dtype, name=f"weight{index}")
            for index, variable in enumerate(self._variables)
        ]
        self._graph, _ = tf2onnx.convert.from_function(
            tf.function(run), input_signature=signature, opset=OPSET
        )

    def write(self, path: Path, metadata: dict[str, Any] | None = None) -> None:
        """Write the model with the weights that it has now, whole or not at all.

        Args:
            path: Where to write.
            metadata: Further values to store, each a plain type that JSON can hold.

        Raises:
            OSError: The file cannot be written.
        """
        import onnx

        proto = onnx.ModelProto()
        proto.CopyFrom(self._graph)
        inputs = {item.name: item for item in proto.graph.input}
        used = {name for node in proto.graph.node for name in node.input}
        names = {f"weight{i}": variable.path for i, variable in enumerate(self._variables)}
        for node in proto.graph.node:
            node.input[:] = [names.get(name, name) for name in node.input]
        for index, variable in enumerate(self._variables):
            if f"weight{index}" in used:
                tensor = onnx.numpy_helper.from_array(np.asarray(variable), variable.path)
                proto.graph.initializer.append(tensor)
        del proto.graph.input[:]
        proto.graph.input.append(inputs["images"])
        described = {
            "name": self._model.name,
            "layers": [_describe(layer) for layer in self._layers],
            **(metadata or {}),
        }
        onnx.helper.set_model_props(
            proto, {key: json.dumps(value) for key, value in described.items()}
        )
        with write_atomically(path) as temporary:
            temporary.write_bytes(proto.SerializeToString())


def _describe(layer: keras.layers.Layer) -> dict[str, Any]:
    config = layer.get_config()
    return {
        "name": layer.name,
        "kind": type(layer).__name__,
        "output_shape": list(layer.output.shape[1:]),
        "parameters": layer.count_params(),
        "settings": {key: config[key] for key in SETTINGS if key in config},
        "weights": [variable.path for variable in layer.weights],
    }
