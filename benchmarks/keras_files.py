"""Small .keras files made without Keras, with anything in them that a test needs."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Json = dict[str, Any]


def describe_layer(kind: str, name: str, **settings: Any) -> Json:
    """Return a layer as config.json has it."""
    config = {"name": name, "trainable": True, "dtype": "float32", **settings}
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def describe_input(*shape: int) -> Json:
    """Return an input layer."""
    return describe_layer("InputLayer", "image", batch_shape=[None, *shape])


def describe_dense(name: str, units: int, activation: object = "linear") -> Json:
    """Return a dense layer."""
    return describe_layer("Dense", name, units=units, activation=activation, use_bias=True)


def describe_convolution(name: str, **settings: Any) -> Json:
    """Return a convolution of two filters, 3 × 3."""
    config = {
        "filters": 2,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "groups": 1,
        "activation": "relu",
        "use_bias": True,
    }
    return describe_layer("Conv2D", name, **config | settings)


def describe_model(*hidden: Json, layers: list[Json] | None = None) -> Json:
    """Return a sequential model: the hidden layers, then Flatten, logits and Softmax.

    Args:
        hidden: Layers after the input.
        layers: All layers, in place of these.
    """
    if layers is None:
        layers = [
            describe_input(28, 28, 1),
            *hidden,
            describe_layer("Flatten", "flatten"),
            describe_dense("logits", 10),
            describe_layer("Softmax", "probabilities", axis=-1),
        ]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "tiny", "layers": layers},
        "registered_name": None,
    }


def connect(config: Json, *sources: list[str]) -> Json:
    """Return a sequential model as a functional one.

    Args:
        config: The model.
        sources: For each layer after the input, the names of the layers whose outputs it takes.
            By default each takes that of the layer before it.
    """
    layers = config["config"]["layers"]
    names = [layer["config"]["name"] for layer in layers]
    chosen = list(sources) or [[name] for name in names[:-1]]
    for layer, each in zip(layers[1:], chosen, strict=True):
        tensors = [
            {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}
            for name in each
        ]
        layer["inbound_nodes"] = [{"args": tensors, "kwargs": {"mask": None}}]
    layers[0]["inbound_nodes"] = []
    ends = {"input_layers": [names[0], 0, 0], "output_layers": [[names[-1], 0, 0]]}
    return {**config, "class_name": "Functional", "config": {**config["config"], **ends}}


def write_weights(change: Callable[[h5py.File], None] | None = None) -> bytes:
    """Return the weights of `describe_model()` as an HDF5 file.

    Args:
        change: Changes the file before it is closed.
    """
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        variables = file.create_group("layers/dense/vars")
        random = np.random.default_rng(3)
        variables["0"] = random.normal(size=(784, 10)).astype(np.float32)
        variables["1"] = random.normal(size=10).astype(np.float32)
        if change is not None:
            change(file)
    return content.getvalue()


def write_archive(
    path: Path, entries: dict[str, bytes] | None = None, compression: int = zipfile.ZIP_STORED
) -> Path:
    """Write a .keras file and return its path.

    Args:
        path: The file to write.
        entries: Entries to add to those of a sound file, or to replace them by.
        compression: How all entries are compressed.
    """
    sound = {
        "metadata.json": b'{"keras_version": "3.15.1"}',
        "config.json": json.dumps(describe_model()).encode(),
        "model.weights.h5": write_weights(),
    }
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in (sound | (entries or {})).items():
            # An entry without the time of day, so that equal files are equal.
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return path
