"""Top activations: the images that activate a filter most, and where in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.interpretability.receptive_fields import Window, cut_out, locate_receptive_field

CHUNK = 500
CHUNK_VALUES = 13_000_000  # 52 MB; 500 images have more in layers of 26,000 values and more
SHOWN = 12


@dataclass(frozen=True, eq=False)
class TopActivation:
    """One of the images that activate a filter most.

    Attributes:
        index: The image's index.
        value: The filter's maximum activation on the image.
        window: The receptive field of that activation.
        patch: The pixels in the window, (height, width) of the images' type, 0 outside.
    """

    index: int
    value: float
    window: Window
    patch: np.ndarray


@dataclass(frozen=True, eq=False)
class TopActivations:
    """The images that activate each filter of a layer most, the strongest first.

    Attributes:
        values: (count, filters) float32, the filter's maximum activation on each image.
        indices: (count, filters) int64, the images.
        positions: (count, filters) int64, the maximum's position in the feature map, row times
            width plus column; 0 for a layer without feature maps.
    """

    values: np.ndarray
    indices: np.ndarray
    positions: np.ndarray


def find_top_activations(
    classifier: Classifier, layer: Layer, images: np.ndarray, count: int = SHOWN
) -> TopActivations:
    """Find the images that activate each filter of a layer most.

    Args:
        classifier: The network.
        layer: One of its layers.
        images: (n, 28, 28) uint8 or float32 in 0..1, at least one.
        count: The maximum number of images per filter.

    Examples:
        >>> from mnist_core import load_mnist
        >>> classifier, images = Classifier.load(), load_mnist().train.images[:20]
        >>> layer = classifier.layers[0]
        >>> top = find_top_activations(classifier, layer, images, count=3)
        >>> top.values.shape == (3, layer.output_shape[-1])
        True
        >>> best = list_top_activations(classifier, layer, top, images, channel=0)[0]
        >>> best.patch.shape
        (3, 3)
    """
    filters = layer.output_shape[-1]
    values = np.zeros((0, filters), np.float32)
    indices = positions = np.zeros((0, filters), int)
    step = max(1, min(CHUNK, CHUNK_VALUES // math.prod(layer.output_shape)))
    for start in range(0, len(images), step):
        (output,) = classifier.outputs(images[start : start + step], [layer.name])
        maps = output.reshape(len(output), -1, filters)
        numbers = np.arange(start, start + len(output))[:, np.newaxis]
        values = np.concatenate([values, maps.max(axis=1)])
        indices = np.concatenate([indices, np.broadcast_to(numbers, (len(output), filters))])
        positions = np.concatenate([positions, maps.argmax(axis=1)])
        order = np.argsort(-values, axis=0, kind="stable")[:count]
        values, indices, positions = (
            np.take_along_axis(each, order, axis=0) for each in (values, indices, positions)
        )
    return TopActivations(values, indices, positions)


def list_top_activations(
    classifier: Classifier, layer: Layer, top: TopActivations, images: np.ndarray, channel: int
) -> list[TopActivation]:
    """Return the images that activate one filter most, with their patches, the strongest first.

    Args:
        classifier: The network.
        layer: The layer of `top`.
        top: The result of `find_top_activations` for these images.
        images: (n, 28, 28).
        channel: The filter, from 0.
    """
    width = layer.output_shape[1] if len(layer.output_shape) == 3 else 1
    activations = []
    for value, index, position in zip(
        top.values[:, channel],
        top.indices[:, channel],
        top.positions[:, channel],
        strict=True,
    ):
        row, column = divmod(int(position), width)
        window = locate_receptive_field(classifier, layer, row, column)
        patch = cut_out(images[index], window)
        activations.append(TopActivation(int(index), float(value), window, patch))
    return activations
