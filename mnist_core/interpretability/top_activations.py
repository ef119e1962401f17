"""What a filter likes: the images that excite it most, and where in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.interpretability.layer_arithmetic import Window, cut_out, locate_receptive_field

CHUNK = 500
SHOWN = 12


@dataclass(frozen=True, eq=False)
class TopActivation:
    """An image that excites a filter.

    index: which image. value: the filter's highest output on it. window: the pixels on which that
    output depends. patch: those pixels, (height, width) of the images' type, black outside.
    """

    index: int
    value: float
    window: Window
    patch: np.ndarray


@dataclass(frozen=True, eq=False)
class TopActivations:
    """The images that excite each filter of a layer most, and where; the strongest first.

    values: (count, filters) float32, the filter's highest output on each of them. indices:
    (count, filters) int64, which images. places: (count, filters) int64, row times width plus
    column in the feature map; all 0 for a layer without feature maps.
    """

    values: np.ndarray
    indices: np.ndarray
    places: np.ndarray


def find_top_activations(
    classifier: Classifier, layer: Layer, images: np.ndarray, count: int = SHOWN
) -> TopActivations:
    """Run images through the network and keep those that excite each filter most.

    Args:
        classifier: The network.
        layer: One of its layers.
        images: (n, 28, 28) uint8 or float32 in 0..1, at least one.
        count: At most how many are kept.
    """
    filters = layer.output_shape[-1]
    values = np.zeros((0, filters), np.float32)
    indices = places = np.zeros((0, filters), int)
    for start in range(0, len(images), CHUNK):
        (output,) = classifier.outputs(images[start : start + CHUNK], [layer.name])
        maps = output.reshape(len(output), -1, filters)
        numbers = np.arange(start, start + len(output))[:, np.newaxis]
        values = np.concatenate([values, maps.max(axis=1)])
        indices = np.concatenate([indices, np.broadcast_to(numbers, (len(output), filters))])
        places = np.concatenate([places, maps.argmax(axis=1)])
        order = np.argsort(-values, axis=0, kind="stable")[:count]
        values, indices, places = (
            np.take_along_axis(each, order, axis=0) for each in (values, indices, places)
        )
    return TopActivations(values, indices, places)


def find_exemplars(
    classifier: Classifier, layer: Layer, peaks: TopActivations, images: np.ndarray, channel: int
) -> list[TopActivation]:
    """Return the images that excite a filter most, the strongest first.

    Args:
        classifier: The network.
        layer: The layer that `peaks` are of.
        peaks: What `find_top_activations` gave for these images.
        images: (n, 28, 28).
        channel: The filter, from 0.
    """
    width = layer.output_shape[1] if len(layer.output_shape) == 3 else 1
    exemplars = []
    for value, index, place in zip(
        peaks.values[:, channel], peaks.indices[:, channel], peaks.places[:, channel], strict=True
    ):
        row, column = divmod(int(place), width)
        window = locate_receptive_field(classifier, layer, row, column)
        patch = cut_out(images[index], window)
        exemplars.append(TopActivation(int(index), float(value), window, patch))
    return exemplars
