"""What a filter likes: the images that excite it most, and where in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.arithmetic import Box, cut_out, locate_receptive_field
from mnist_core.classifier import Classifier, Layer

CHUNK = 500


@dataclass(frozen=True, eq=False)
class Exemplar:
    """An image that excites a filter.

    index: which image. value: the filter's highest output on it. box: the pixels on which that
    output depends. patch: those pixels, (height, width) of the images' type, black outside.
    """

    index: int
    value: float
    box: Box
    patch: np.ndarray


@dataclass(frozen=True, eq=False)
class Peaks:
    """The highest output of each filter of a layer on each image, and where it is.

    values: (n, filters) float32. places: (n, filters) int32, row times width plus column in the
    feature map; all 0 for a layer without feature maps.
    """

    values: np.ndarray
    places: np.ndarray


def find_peaks(classifier: Classifier, layer: Layer, images: np.ndarray) -> Peaks:
    """Run images through the network and keep each filter's highest output.

    Args:
        classifier: The network.
        layer: One of its layers.
        images: (n, 28, 28) uint8 or float32 in 0..1, at least one.
    """
    values, places = [], []
    for start in range(0, len(images), CHUNK):
        (output,) = classifier.outputs(images[start : start + CHUNK], [layer.name])
        flat = output.reshape(len(output), -1, output.shape[-1])
        values.append(flat.max(axis=1))
        places.append(flat.argmax(axis=1).astype(np.int32))
    return Peaks(np.concatenate(values), np.concatenate(places))


def find_exemplars(
    classifier: Classifier,
    layer: Layer,
    peaks: Peaks,
    images: np.ndarray,
    channel: int,
    count: int = 12,
) -> list[Exemplar]:
    """Return the images that excite a filter most, the strongest first.

    Args:
        classifier: The network.
        layer: The layer that `peaks` are of.
        peaks: What `find_peaks` gave for these images.
        images: (n, 28, 28).
        channel: The filter, from 0.
        count: At most how many.
    """
    order = np.argsort(-peaks.values[:, channel], kind="stable")[:count]
    width = layer.output_shape[1] if len(layer.output_shape) == 3 else 1
    exemplars = []
    for index in order:
        row, column = divmod(int(peaks.places[index, channel]), width)
        box = locate_receptive_field(classifier, layer, row, column)
        exemplars.append(
            Exemplar(
                index=int(index),
                value=float(peaks.values[index, channel]),
                box=box,
                patch=cut_out(images[index], box),
            )
        )
    return exemplars
