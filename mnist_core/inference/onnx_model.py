"""Networks in ONNX files, run by ONNX Runtime.

All networks of the app, the classifiers and the two auxiliary models, are files that
`mnist_core.training.onnx_export` wrote: a graph with one output per layer, and a description of
the layers in the metadata. TensorFlow is not needed to run them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import onnxruntime

from mnist_core.errors import MnistError
from mnist_core.files import read_regular_file
from mnist_core.inference.layer_rules import Layer, LayerError
from mnist_core.inference.network import Network
from mnist_core.inference.onnx_graph import build_graph
from mnist_core.inference.onnx_parser import MAX_FILE_BYTES, ForeignModelError
from mnist_core.inference.onnx_reader import read_layer, read_network
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float

PRETRAINED = Path(__file__).parents[1] / "pretrained"
BATCH_SIZE = 500
BATCH_VALUES = 2_000_000
"""How many values of a layer's output a batch may have, 8 MB.

ONNX Runtime keeps the memory of the largest batch for as long as the session exists, two to four
times as much as the largest outputs. More values make no network faster.
"""
MANY = 500  # images for which a session of their own pays off
MAX_SESSIONS = 2  # of their own; each holds the weights once more


class ModelError(MnistError):
    """A model file is missing, damaged or of another kind."""


class OnnxModel:
    """A network in an ONNX file. Immutable; safe to use from several threads.

    Attributes:
        path: The file.
        metadata: The values stored in the file, by name.
        name: The network's name, such as "compact".
        layers: The layers, from the first to the last.

    Examples:
        >>> model = OnnxModel(PRETRAINED / "compact.onnx")
        >>> model.name, len(model.layers)
        ('compact', 16)
        >>> (logits,) = model.run(np.zeros((2, 28, 28, 1), np.float32), ["logits"])
        >>> logits.shape
        (2, 10)
    """

    def __init__(self, path: Path, network: Network | None = None) -> None:
        """Open a file.

        The graph of a file that comes with the app is run as it is. Of any other file only the
        layers' settings and weights are taken, and the graph is built from them.

        Args:
            path: An .onnx file that the app wrote.
            network: What to run instead of the file's own network.

        Raises:
            ModelError: The file does not exist.
            Exception: The file is damaged or describes no network; see `explain_damage`.
        """
        if not path.is_file():
            raise ModelError(
                message(
                    "There is no model file at {path}; expected an .onnx file that this app "
                    "wrote. Train a network, or choose another file.",
                    path=path,
                )
            )
        self.path = path
        self._network = network
        if network is None and PRETRAINED not in path.parents:
            self._network = read_network(read_regular_file(path.resolve(), MAX_FILE_BYTES))
        self._session = self.open_session()
        self._sessions: dict[tuple[str, ...], onnxruntime.InferenceSession] = {}
        self._lock = Lock()
        self._input = self._session.get_inputs()[0].name
        stored = self._session.get_modelmeta().custom_metadata_map
        self.metadata: dict[str, Any] = {k: json.loads(v) for k, v in stored.items()}
        self.name: str = self.metadata["name"]
        self.layers: tuple[Layer, ...] = tuple(map(read_layer, self.metadata["layers"]))

    def with_weights(self, weights: Mapping[str, np.ndarray], **values: Any) -> OnnxModel:
        """Return the same network with other values of some weights. It is in memory only.

        Args:
            weights: New values by the names in `weights`, float32 of the same shapes.
            values: Values to add to the metadata, of types that JSON can hold.
        """
        network = self._network or read_network(self.graph)
        changed = replace(
            network,
            weights={**network.weights, **weights},
            values={**network.values, **values},
        )
        return OnnxModel(self.path, changed)

    @property
    def graph(self) -> bytes:
        """The graph that is run, as the content of an .onnx file."""
        return self.path.read_bytes() if self._network is None else self._network.to_onnx()

    def open_session(self, profile_prefix: str | None = None) -> onnxruntime.InferenceSession:
        """Open another session of the same network; see `onnx_model.open_session`."""
        return open_session(self.graph, profile_prefix)

    def run(self, inputs: np.ndarray, outputs: Sequence[str]) -> list[np.ndarray]:
        """Return the outputs of the named layers, each (n, …) float32, channels last.

        Args:
            inputs: (n, height, width, channels) float32, of the network's input shape.
            outputs: Names of layers.
        """
        session = self._session if len(inputs) < MANY else self._find_session(tuple(outputs))
        size = self.choose_batch_size(len(inputs), outputs)
        batches = [
            session.run(list(outputs), {self._input: inputs[start : start + size]})
            for start in range(0, max(1, len(inputs)), size)
        ]
        return [np.concatenate(parts) for parts in zip(*batches, strict=True)]

    def choose_batch_size(self, count: int, outputs: Sequence[str]) -> int:
        """Return how many inputs `run` computes at a time, 1 to `BATCH_SIZE`.

        Args:
            count: The number of inputs.
            outputs: Names of layers.
        """
        sizes = {layer.name: math.prod(layer.output_shape) for layer in self.layers}
        if count < MANY:
            values = sum(sizes.values())  # the first session keeps the outputs of all layers
        else:
            values = max(*sizes.values(), sum(sizes[name] for name in outputs))
        return max(1, min(BATCH_SIZE, BATCH_VALUES // values))

    def _find_session(self, outputs: tuple[str, ...]) -> onnxruntime.InferenceSession:
        """Return a session that computes these outputs only.

        Where the other layers' outputs are not needed, ONNX Runtime fuses convolution, batch
        normalization and ReLU, which makes it 1.5 to 1.8 times as fast.
        """
        with self._lock:
            if outputs not in self._sessions:
                while len(self._sessions) >= MAX_SESSIONS:
                    del self._sessions[next(iter(self._sessions))]
                shape = tuple(self._session.get_inputs()[0].shape[1:])
                graph = build_graph(self.layers, self.weights, shape, outputs=outputs)
                self._sessions[outputs] = open_session(graph.SerializeToString())
            return self._sessions[outputs]

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """The trained weights by the name of their variable, as in `Layer.weights`."""
        if self._network is not None:
            return dict(self._network.weights)
        import onnx

        graph = onnx.load(self.path).graph
        return {item.name: onnx.numpy_helper.to_array(item) for item in graph.initializer}


def open_session(graph: bytes, profile_prefix: str | None = None) -> onnxruntime.InferenceSession:
    """Open a session for inference on one thread.

    Args:
        graph: The content of an .onnx file.
        profile_prefix: Where ONNX Runtime's profiler writes its events; None for no profile.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    if profile_prefix is not None:
        options.enable_profiling = True
        options.profile_file_prefix = profile_prefix
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    session._model_bytes = None  # else it keeps the graph, which only other providers would need
    return session


@contextmanager
def explain_damage(failure: str) -> Iterator[None]:
    """Raise every error in the block as a `ModelError` with a message for the user.

    ONNX Runtime raises many types of error without a common base, and a foreign file can lack any
    of the metadata. A `ModelError` passes unchanged.

    Args:
        failure: What is wrong with the file, what was expected and what to do next.
    """
    try:
        yield
    except ModelError:
        raise
    except (ForeignModelError, LayerError) as error:
        raise ModelError(message("{failure} {reason}", failure=failure, reason=error)) from error
    except Exception as error:
        raise ModelError(failure) from error


def to_network_input(images: np.ndarray) -> np.ndarray:
    """Return images as the input of a network, (n, 28, 28, 1) float32 in 0..1.

    Args:
        images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.

    Raises:
        ValueError: The images are of another shape or type.
    """
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"expected images of shape (n, 28, 28), got {images.shape}")
    if images.dtype != np.uint8 and not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"expected uint8 in 0..255 or floating point in 0..1, got {images.dtype}")
    return as_float(images)[..., np.newaxis]
