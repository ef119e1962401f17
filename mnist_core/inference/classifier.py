"""Answers of a trained network, by ONNX Runtime.

A classifier is immutable and may be used from many threads at once. It needs no TensorFlow.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError
from mnist_core.preprocessing.scaling import as_float

PRETRAINED = Path(__file__).parents[1] / "pretrained"
DEFAULT_MODEL = PRETRAINED / "accurate.onnx"
BATCH = 500


class ModelError(MnistError):
    """A model file is missing, damaged or none of ours."""


@dataclass(frozen=True)
class Layer:
    """One layer of a network, as its file describes it.

    `kind` is the Keras class ("Conv2D"), `output_shape` leaves the batch axis out, `settings`
    are the constructor's arguments, and `weights` the names of its variables.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    settings: dict[str, Any]
    weights: tuple[str, ...]


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Open an .onnx file for answers on one thread.

    Raises:
        ModelError: There is no such file.
    """
    if not path.is_file():
        raise ModelError(
            f"There is no model file at {path}; expected an .onnx file that this app wrote. "
            "Train a network, or choose another file."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


class Classifier:
    """A trained network that reads digits."""

    def __init__(self, session: onnxruntime.InferenceSession, path: Path) -> None:
        self._session = session
        self.path = path
        metadata = session.get_modelmeta().custom_metadata_map
        self.metadata: dict[str, Any] = {k: json.loads(v) for k, v in metadata.items()}
        self.name: str = self.metadata["name"]
        self.layers: tuple[Layer, ...] = tuple(
            Layer(
                name=layer["name"],
                kind=layer["kind"],
                output_shape=tuple(layer["output_shape"]),
                parameters=layer["parameters"],
                settings=layer["settings"],
                weights=tuple(layer["weights"]),
            )
            for layer in self.metadata["layers"]
        )
        self.temperature: float = self.metadata.get("temperature", 1.0)

    @classmethod
    def load(cls, path: Path | str | None = None) -> Classifier:
        """Load a model that `training.onnx_export` wrote, by default the shipped one.

        Nothing in the file is executed but the graph's arithmetic.

        Raises:
            ModelError: The file is missing, damaged, or no model of this app.
        """
        path = DEFAULT_MODEL if path is None else Path(path)
        try:
            classifier = cls(open_session(path), path)
            answer = classifier.probabilities(np.zeros((1, 28, 28), np.float32))
        except ModelError:
            raise
        except Exception as error:  # ONNX Runtime raises many types that share no base.
            raise ModelError(
                f"{path.name} cannot be used as a model: it is damaged, or was not written by "
                "this app. Expected an .onnx file made by its training; choose another file."
            ) from error
        if answer.shape != (1, 10):
            raise ModelError(
                f"{path.name} gives {answer.shape[-1]} values an image; expected ten, one a "
                "digit. Choose a model that was trained on digits."
            )
        return classifier

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probability of each digit, (n, 10) float32, rows summing to 1.

        They are the softmax of the logits over the temperature that was fitted after training
        (1 where none was).

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.
        """
        scaled = self.logits(images) / np.float32(self.temperature)
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the last dense layer's output before the softmax, (n, 10) float32.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.
        """
        return self.outputs(images, ["logits"])[0]

    def features(self, images: np.ndarray) -> np.ndarray:
        """Return what the last hidden layer makes of each image, (n, width) float32.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.
        """
        return self.outputs(images, [self._layer_before_logits])[0]

    def activations(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return every layer's output for one image, by layer name, without the batch axis.

        Args:
            image: (28, 28), float32 in 0..1 or uint8 in 0..255.
        """
        names = [layer.name for layer in self.layers]
        outputs = self.outputs(image[None], names)
        return {name: output[0] for name, output in zip(names, outputs, strict=True)}

    def outputs(self, images: np.ndarray, layers: list[str]) -> list[np.ndarray]:
        """Return the outputs of the named layers, each (n, …) float32, channels last.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.
            layers: Names out of `self.layers`.

        Raises:
            ValueError: The images are of another shape.
        """
        if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
            raise ValueError(f"expected images of shape (n, {SIDE}, {SIDE}), got {images.shape}")
        images = as_float(images)[..., None]
        parts = [
            self._session.run(layers, {"images": images[start : start + BATCH]})
            for start in range(0, max(1, len(images)), BATCH)
        ]
        return [np.concatenate(part) for part in zip(*parts, strict=True)]

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """The trained weights by the name of their variable, as in `Layer.weights`."""
        import onnx

        graph = onnx.load(self.path).graph
        return {item.name: onnx.numpy_helper.to_array(item) for item in graph.initializer}

    @property
    def parameters(self) -> int:
        """How many trained numbers the network has."""
        return sum(layer.parameters for layer in self.layers)

    @cached_property
    def _layer_before_logits(self) -> str:
        names = [layer.name for layer in self.layers]
        return names[names.index("logits") - 1]
