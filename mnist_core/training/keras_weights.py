"""Reading the weights of a Keras model without Keras, from an HDF5 file.

In the weights of a .keras file, the variables of each layer lie in a folder that is counted per
class ("layers/conv2d_1/vars/0"). In an HDF5 file of a whole model, they lie under the layer's name
("model_weights/conv/…/kernel:0"). Read only in the process that converts, since the HDF5 library
parses the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from mnist_core.messages import message
from mnist_core.training.hdf5_checks import is_hard_link, is_stored_inside
from mnist_core.training.keras_archive import CONFIG, MAX_ENTRY_BYTES, KerasFileError, quote
from mnist_core.training.keras_config import KerasNetwork
from mnist_core.training.keras_graph import Entry

if TYPE_CHECKING:
    import h5py

MODEL = "model_config"
LEGACY_WEIGHTS = "model_weights"
# The folder of the layers in .keras files of TensorFlow 2.12, before and since.
LAYERS, LAYERS_2_12 = "layers", "_layer_checkpoint_dependencies"
# The settings that switch off a variable of batch normalization, and its value without it.
SWITCHES = {"gamma": "scale", "beta": "center"}
ABSENT = {"gamma": 1.0, "beta": 0.0}
MAX_ITEMS, MAX_DEPTH = 2_000, 12
REQUEST = message("Save the model again with Keras 3, or choose another file.")


def read_weights(file: Path, network: KerasNetwork) -> dict[str, np.ndarray]:
    """Return the weights of a network, float32, by the names in `Layer.weights`.

    Args:
        file: The model.weights.h5 of a .keras file.
        network: The network that the file's configuration describes.

    Raises:
        KerasFileError: A variable is missing, has another shape than the configuration demands,
            or lies outside of the file.
    """

    def locate(content: h5py.File, entry: Entry, index: int, variable: str) -> str:
        folder = entry.folder
        if not content.id.links.exists(LAYERS.encode()):
            folder = folder.replace(f"{LAYERS}/", f"{LAYERS_2_12}/")
        return f"{folder}/vars/{index}"

    return _read_all(file, network, locate)


def read_legacy_weights(file: Path, network: KerasNetwork) -> dict[str, np.ndarray]:
    """Return the weights of a network, float32, by the names in `Layer.weights`.

    Args:
        file: An HDF5 file of a whole model.
        network: The network that the file's configuration describes.

    Raises:
        KerasFileError: As for `read_weights`.
    """

    def locate(content: h5py.File, entry: Entry, index: int, variable: str) -> str:
        folder = f"{LEGACY_WEIGHTS}/{(*entry.models, entry.name)[0]}"
        paths = [
            path
            for path in _list_datasets(_follow(content, folder, variable), folder, variable)
            if path.rsplit("/", 1)[1].removesuffix(":0") == variable
        ]
        # Inside of a model there are several layers; the path has their names, and those of the
        # models between, without which layers of the same name cannot be told apart.
        for inner in ((*entry.models[1:], entry.name), (entry.name,)):
            end = f"/{'/'.join(inner)}"
            named = [path for path in paths if path.rsplit("/", 1)[0].endswith(end)]
            if named:
                return named[0]
        return next(iter(paths), f"{folder}/{variable}")

    return _read_all(file, network, locate)


def read_legacy_config(file: Path) -> bytes:
    """Return the configuration in an HDF5 file of a whole model, as JSON.

    Args:
        file: An HDF5 file.

    Raises:
        KerasFileError: The file is damaged, or holds no configuration.
    """
    import h5py

    try:
        with h5py.File(file, "r") as content:
            if not h5py.h5a.exists(content.id, MODEL.encode()):
                links = content.id.links
                is_weights = any(
                    links.exists(name.encode()) for name in (LAYERS, LAYERS_2_12)
                ) or h5py.h5a.exists(content.id, b"layer_names")
                _refuse_without_config(is_weights)
            attribute = h5py.h5a.open(content.id, MODEL.encode())
            text = content.attrs[MODEL] if attribute.shape == () else None
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise KerasFileError(
            message("It is a damaged HDF5 file. {request}", request=REQUEST)
        ) from error
    config = text.encode(errors="replace") if isinstance(text, str) else text
    if not isinstance(config, bytes) or len(config) > MAX_ENTRY_BYTES[CONFIG]:
        raise KerasFileError(
            message("Its configuration is not text of at most 1 MB. {request}", request=REQUEST)
        )
    return bytes(config)


def _refuse_without_config(is_weights: bool) -> NoReturn:
    if is_weights:
        raise KerasFileError(
            message(
                "It holds only weights, not the layers that they belong to. Save the whole model "
                "with "
                'model.save("model.keras"), and choose that file.'
            )
        )
    raise KerasFileError(
        message(
            "It is an HDF5 file, but not a model of Keras. Choose a file that "
            'model.save("model.keras")'
            " wrote."
        )
    )


def _read_all(
    file: Path,
    network: KerasNetwork,
    locate: Callable[[h5py.File, Entry, int, str], str],
) -> dict[str, np.ndarray]:
    import h5py

    weights = {}
    try:
        with h5py.File(file, "r") as content:
            for layer in network.layers:
                index = 0
                for name in layer.weights:
                    entry, shape = network.entries[layer.name], network.weight_shapes[name]
                    variable = name.removeprefix(f"{layer.name}/")
                    if entry.settings.get(SWITCHES.get(variable, "")) is False:
                        value = ABSENT[variable]
                        weights[name] = np.full(shape, value, np.float32)
                        continue
                    dataset = _find_dataset(content, locate(content, entry, index, variable), name)
                    weights[name] = _read(dataset, name, shape)
                    index += 1
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise KerasFileError(
            message("Its weights are damaged. {request}", request=REQUEST)
        ) from error
    return weights


def _list_datasets(group: h5py.HLObject, path: str, name: str) -> Iterator[str]:
    """Yield the paths of all datasets below a group that hard links lead to."""
    import h5py

    pending = [(group, path, 0)]
    count = 0
    while pending:
        item, place, depth = pending.pop()
        if isinstance(item, h5py.Dataset):
            yield place
        elif isinstance(item, h5py.Group) and depth < MAX_DEPTH:
            for link in item.id:
                count += 1
                if count > MAX_ITEMS or not is_hard_link(item, link):
                    raise KerasFileError(
                        message(
                            "Its weights for {name} are a link to another place or file, or lie "
                            "among more than {most:,} others. {request}",
                            name=quote(name),
                            most=MAX_ITEMS,
                            request=REQUEST,
                        )
                    )
                pending.append((item[link], f"{place}/{link.decode()}", depth + 1))


def _follow(content: h5py.File, path: str, name: str) -> h5py.HLObject:
    """Follow a path by hard links only, so that nothing outside of the file is opened."""
    import h5py

    item: h5py.HLObject = content
    for step in path.split("/"):
        links = item.id.links if isinstance(item, h5py.Group) else None
        if links is None or not links.exists(step.encode()):
            raise KerasFileError(
                message(
                    "It has no weights for {name}. {request}", name=quote(name), request=REQUEST
                )
            )
        if not is_hard_link(item, step.encode()):
            raise KerasFileError(
                message(
                    "Its weights for {name} are a link to another place or file, which is not "
                    "followed. {request}",
                    name=quote(name),
                    request=REQUEST,
                )
            )
        item = item[step]
    return item


def _find_dataset(content: h5py.File, path: str, name: str) -> h5py.Dataset:
    item = _follow(content, path, name)
    if not is_stored_inside(item):
        raise KerasFileError(
            message(
                "Its weights for {name} are compressed, missing, or lie in another file. {request}",
                name=quote(name),
                request=REQUEST,
            )
        )
    return item


def _read(dataset: h5py.Dataset, name: str, shape: tuple[int, ...]) -> np.ndarray:
    if dataset.shape != shape or dataset.dtype.kind != "f":
        found = quote(f"{dataset.shape} {dataset.dtype}")
        raise KerasFileError(
            message(
                "Its weights for {name} are {found}; expected {shape} floats. {request}",
                name=quote(name),
                found=found,
                shape=shape,
                request=REQUEST,
            )
        )
    return dataset[()].astype(np.float32)
