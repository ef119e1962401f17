"""The settings of one layer in the configuration of a Keras model, checked.

A layer is read as plain data: no class that the configuration names is imported or built. Names
and settings of earlier versions of Keras are read as those of today.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mnist_core.inference.activation_functions import ACTIVATION_FUNCTIONS
from mnist_core.inference.layer_kinds import RULES
from mnist_core.messages import message
from mnist_core.training.keras_archive import KerasFileError, quote
from mnist_core.training.keras_graph import Entry

FLOAT_TYPES = {"float16", "float32", "float64", "mixed_bfloat16", "mixed_float16"}
# The values of settings that predictions depend on and that the app supports, besides the rules.
_ACTIVATIONS = tuple(ACTIVATION_FUNCTIONS)
_LAST = ("channels_last",)
SUPPORTED: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "Activation": {"activation": _ACTIVATIONS},
    "AveragePooling2D": {"data_format": _LAST},
    "BatchNormalization": {"scale": (True, False), "center": (True, False)},
    "Conv2D": {
        "activation": _ACTIVATIONS,
        "data_format": _LAST,
        "dilation_rate": ([1, 1],),
        "groups": (1,),
    },
    "Dense": {"activation": _ACTIVATIONS},
    "Flatten": {"data_format": _LAST},
    "GlobalAveragePooling2D": {"data_format": _LAST, "keepdims": (False,)},
    "MaxPooling2D": {"data_format": _LAST},
    "ReLU": {"max_value": (None,), "negative_slope": (0,), "threshold": (0,)},
    "Softmax": {"axis": (-1, 1, [-1], [1])},
}
# Settings that only matter for training, or that are checked on their own.
_IGNORED = re.compile(
    r"name|trainable|dtype|axis|momentum|renorm_momentum|seed|noise_shape|synchronized"
    r"|batch_shape|batch_input_shape|\w+_(initializer|regularizer|constraint)"
)
_OLD_KINDS = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
}
# TensorFlow's own names of activation functions, and None.
_OLD_ACTIVATIONS = {"softmax_v2": "softmax", None: "linear"}


def read_kind(entry: Entry) -> str:
    """Return the kind of a layer of Keras.

    Raises:
        KerasFileError: The layer is of another class, which the file or a package defines.
    """
    is_keras = entry.module is None or (
        isinstance(entry.module, str) and re.fullmatch(r"keras(\.[a-z_0-9.]+)?", entry.module)
    )
    kind = entry.kind
    if not is_keras or entry.registered_name not in (None, kind) or not str(kind).isidentifier():
        raise KerasFileError(
            message(
                "The layer {name} is of the custom class {kind}; expected layers of Keras itself, "
                "since code of others is not run. Choose another file.",
                name=quote(entry.name),
                kind=quote(kind),
            )
        )
    return _OLD_KINDS.get(kind, kind)


def read_activation(entry: Entry) -> Any:
    """Return the name of a layer's activation function, "linear" where there is none.

    What is not the name of a function is returned as it is.
    """
    value = entry.settings.get("activation")
    if isinstance(value, dict) and value.get("class_name") == "function":
        value = value.get("config")  # a function of TensorFlow, such as tf.nn.relu
    return _OLD_ACTIVATIONS.get(value, value) if isinstance(value, (str, type(None))) else value


def read_settings(entry: Entry, kind: str, rank: int, without_softmax: bool) -> dict[str, Any]:
    """Return the settings that `RULES` lists for a kind, and the momentum of a normalization.

    Args:
        entry: The layer.
        kind: Its kind, one of `RULES`.
        rank: The number of axes of its input, without the batch axis.
        without_softmax: Whether its softmax becomes a layer of its own.

    Raises:
        KerasFileError: A setting is not supported.
    """
    settings = dict(entry.settings)
    if "activation" in RULES[kind].settings:
        settings["activation"] = "linear" if without_softmax else read_activation(entry)
    _check_settings(entry.name, kind, settings, rank)
    used = {key: _freeze(settings[key]) for key in RULES[kind].settings}
    if kind == "BatchNormalization" and isinstance(settings.get("momentum"), float):
        used["momentum"] = settings["momentum"]
    return used


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_settings(name: str, kind: str, settings: dict[str, Any], rank: int) -> None:
    data_type = settings.get("dtype", "float32")
    if isinstance(data_type, dict):
        # The policy of a quantized layer has no name.
        data_type = data_type["config"].get("name", data_type["class_name"])
    if data_type not in FLOAT_TYPES:
        raise KerasFileError(
            message(
                "The layer {name} has the data type {data_type}; expected float32. Save the model "
                "with weights of float32, and not quantized, or choose another file.",
                name=quote(name),
                data_type=quote(data_type),
            )
        )
    supported = dict(SUPPORTED.get(kind, {}))
    if kind == "BatchNormalization":
        supported["axis"] = (-1, rank, [rank], [-1])
    for key, value in settings.items():
        values = supported.get(key, (None, False))
        is_known = key in RULES[kind].settings and key not in supported
        if is_known or value in values or (key not in supported and _IGNORED.fullmatch(key)):
            continue
        expected = message("one of {value}", value=", ".join(map(str, values)))
        raise KerasFileError(
            message(
                "The layer {name} has the setting {key} with the value {value}, which the pages "
                "cannot explain; expected {expected}. Choose another file.",
                name=quote(name),
                key=quote(key),
                value=quote(value),
                expected=expected,
            )
        )
