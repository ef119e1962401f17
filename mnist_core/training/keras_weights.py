"""Reading the weights of a .keras file without Keras.

The weights are an HDF5 file of the layout that Keras 3 writes: the variables of each layer lie
under "layers/conv2d_1/vars/0", named after the layer's class and counted per class. Read only in
the process that converts, since the HDF5 library parses the file.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.training.keras_archive import KerasFileError, quote
from mnist_core.training.keras_config import KerasNetwork

if TYPE_CHECKING:
    import h5py

GROUPS = {"BatchNormalization": "batch_normalization", "Conv2D": "conv2d", "Dense": "dense"}
REQUEST = "Save the model again with Keras 3, or choose another file."


def read_weights(file: Path, network: KerasNetwork) -> dict[str, np.ndarray]:
    """Return the weights of a network, float32, by the names in `Layer.weights`.

    Args:
        file: The model.weights.h5 of a .keras file.
        network: The network that the file's configuration describes.

    Raises:
        KerasFileError: A variable is missing, has another shape than the configuration demands,
            or lies outside of the file.
    """
    import h5py

    weights = {}
    counts: Counter[str] = Counter()
    try:
        with h5py.File(file, "r") as content:
            for layer in network.layers:
                if not layer.weights:
                    continue
                group = GROUPS[layer.kind]
                folder = f"{group}_{counts[group]}" if counts[group] else group
                counts[group] += 1
                for index, name in enumerate(layer.weights):
                    path = f"layers/{folder}/vars/{index}"
                    dataset = _find_dataset(content, path, name)
                    weights[name] = _read(dataset, name, network.weight_shapes[name])
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise KerasFileError(f"Its weights are damaged. {REQUEST}") from error
    return weights


def _find_dataset(content: h5py.File, path: str, name: str) -> h5py.Dataset:
    """Follow a path by hard links only, so that nothing outside of the file is opened."""
    import h5py

    item: h5py.HLObject = content
    for step in path.split("/"):
        # `step in item` and `item.get` would open the file that an external link names.
        links = item.id.links if isinstance(item, h5py.Group) else None
        if links is None or not links.exists(step.encode()):
            raise KerasFileError(f"It has no weights for {quote(name)}. {REQUEST}")
        if links.get_info(step.encode()).type != h5py.h5l.TYPE_HARD:
            raise KerasFileError(
                f"Its weights for {quote(name)} are a link to another place or file, which is not "
                f"followed. {REQUEST}"
            )
        item = item[step]
    layouts = (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT)
    is_dataset = isinstance(item, h5py.Dataset)
    storage = item.id.get_create_plist() if is_dataset else None
    if storage is None or storage.get_layout() not in layouts or storage.get_external_count():
        raise KerasFileError(
            f"Its weights for {quote(name)} are compressed, or lie in another file. {REQUEST}"
        )
    return item


def _read(dataset: h5py.Dataset, name: str, shape: tuple[int, ...]) -> np.ndarray:
    if dataset.shape != shape or dataset.dtype.kind != "f":
        found = quote(f"{dataset.shape} {dataset.dtype}")
        raise KerasFileError(
            f"Its weights for {quote(name)} are {found}; expected {shape} floats. {REQUEST}"
        )
    return dataset[()].astype(np.float32)
