"""Digit classification by a trained network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime

from mnist_core.datasets.mnist import SIDE
from mnist_core.inference.activation_functions import softmax
from mnist_core.inference.onnx_model import (
    PRETRAINED,
    Layer,
    ModelError,
    OnnxModel,
    explain_damage,
    to_network_input,
)
from mnist_core.inference.onnx_reader import check_digit_classifier
from mnist_core.messages import message

__all__ = ["DEFAULT_MODEL", "PRETRAINED", "Classifier", "Layer", "ModelError"]

DEFAULT_MODEL = PRETRAINED / "accurate.onnx"


class Classifier:
    """A trained network that classifies digits. Immutable; safe to use from several threads.

    Attributes:
        path: The model's file.
        metadata: The values stored in the file, by name.
        name: The network's name, such as "compact".
        layers: The layers, from the first to the last.
        temperature: The logits are divided by it before the softmax; fitted after training, 1 if
            it was not.
        is_taught: Whether its file says that it was taught a person's drawings.

    Examples:
        >>> from mnist_core import load_mnist
        >>> classifier = Classifier.load()
        >>> images = load_mnist().test.images[:3]
        >>> probabilities = classifier.probabilities(images)
        >>> probabilities.shape
        (3, 10)
        >>> probabilities.argmax(axis=1)
        array([7, 2, 1])
        >>> classifier.features(images).shape
        (3, 128)
    """

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self.path = model.path
        self.metadata = model.metadata
        self.name = model.name
        self.layers = model.layers
        self.temperature: float = model.metadata.get("temperature", 1.0)
        self.is_taught: bool = model.metadata.get("taught", False)

    @classmethod
    def load(cls, path: Path | str | None = None) -> Classifier:
        """Load a model that `mnist_core.training.onnx_export` wrote.

        Args:
            path: An .onnx file; None for the default model that comes with the app.

        Raises:
            ModelError: The file is missing, damaged, or not a digit classifier of this app.
        """
        path = DEFAULT_MODEL if path is None else Path(path)
        with explain_damage(
            message(
                "{name} cannot be used as a model: it is damaged, or was not written by this app. "
                "Expected an .onnx file from its training; choose another file.",
                name=path.name,
            )
        ):
            classifier = cls(OnnxModel(path))
            check_digit_classifier(classifier.layers)
            classifier.probabilities(np.zeros((1, SIDE, SIDE), np.float32))
        return classifier

    def check_outputs(self) -> None:
        """Check that the network outputs numbers.

        Raises:
            ModelError: It outputs NaN.
        """
        if not np.isfinite(self.probabilities(np.zeros((1, SIDE, SIDE), np.float32))).all():
            raise ModelError(
                message(
                    "This model outputs NaN, probably because its training diverged. Choose "
                    "another model or epoch."
                )
            )

    def with_taught_weights(self, weights: Mapping[str, np.ndarray]) -> Classifier:
        """Return the network that this one becomes when it is taught, in memory only.

        Its `path` stays that of the file whose network was changed; `graph` is what a file of its
        own has to hold.

        Args:
            weights: New values by the names in `weights`, float32 of the same shapes.
        """
        return Classifier(self._model.with_weights(weights, taught=True))

    @property
    def graph(self) -> bytes:
        """The graph that is run, as the content of an .onnx file."""
        return self._model.graph

    def open_session(self, profile_prefix: str | None = None) -> onnxruntime.InferenceSession:
        """Open another session of the same network; see `onnx_model.open_session`."""
        return self._model.open_session(profile_prefix)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probability of each digit, (n, 10) float32 in 0..1; each row sums to 1.

        This is the softmax of the logits divided by `temperature`.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.

        Raises:
            ValueError: The images are of another shape or type.
        """
        return softmax(self.logits(images) / np.float32(self.temperature))

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the output of the last dense layer before the softmax, (n, 10) float32.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.

        Raises:
            ValueError: The images are of another shape or type.
        """
        return self.outputs(images, ["logits"])[0]

    def features(self, images: np.ndarray) -> np.ndarray:
        """Return the output of the last hidden layer, (n, width) float32.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.

        Raises:
            ValueError: The images are of another shape or type.
        """
        return self.outputs(images, [self._layer_before_logits])[0]

    def activations(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return the output of every layer for one image, float32 without the batch axis, by name.

        Args:
            image: (28, 28), float32 in 0..1 or uint8 in 0..255.

        Raises:
            ValueError: The image is of another shape or type.
        """
        names = [layer.name for layer in self.layers]
        outputs = self.outputs(image[np.newaxis], names)
        return {name: output[0] for name, output in zip(names, outputs, strict=True)}

    def outputs(self, images: np.ndarray, layers: Sequence[str]) -> list[np.ndarray]:
        """Return the outputs of the named layers, each (n, …) float32, channels last.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.
            layers: Names of layers in `self.layers`.

        Raises:
            ValueError: The images are of another shape or type.
        """
        return self._model.run(to_network_input(images), layers)

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """The trained weights by the name of their variable, as in `Layer.weights`."""
        return self._model.weights

    @property
    def first_filters(self) -> np.ndarray | None:
        """The weights of the first convolution for the first channel of its input.

        (height, width, filters) float32; None if the network has no convolution.
        """
        first = next((layer for layer in self.layers if layer.kind == "Conv2D"), None)
        return None if first is None else self.weights[first.weights[0]][:, :, 0]

    @property
    def feature_count(self) -> int:
        """The number of features per image."""
        name = self._layer_before_logits
        return next(math.prod(each.output_shape) for each in self.layers if each.name == name)

    @property
    def parameters(self) -> int:
        """The number of parameters of the network."""
        return sum(layer.parameters for layer in self.layers)

    @cached_property
    def _layer_before_logits(self) -> str:
        names = [layer.name for layer in self.layers]
        return names[names.index("logits") - 1]
