"""From the configuration of a Keras model to the layers that the app supports.

The configuration is read as plain data: no class that it names is imported or built. Only models
whose layers follow one another are accepted, with the kinds and settings of
`mnist_core.inference.layer_rules`; shapes, parameters and cost are computed from these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_core.errors import shorten
from mnist_core.inference.activation_functions import ACTIVATION_FUNCTIONS
from mnist_core.inference.classifier import Layer
from mnist_core.inference.layer_rules import (
    RULES,
    LayerError,
    LayerFacts,
    check_limits,
    compute_facts,
)
from mnist_core.training.keras_archive import KerasFileError, quote
from mnist_core.training.keras_graph import list_in_order

INPUT_SHAPES = ((28, 28, 1),)
CLASSES = 10
SOFTMAX = "Softmax"
FLOAT_TYPES = {"float16", "float32", "float64", "mixed_bfloat16", "mixed_float16"}
VARIABLES = {
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "Conv2D": ("kernel", "bias"),
    "Dense": ("kernel", "bias"),
}
# The values of settings that predictions depend on and that the app supports, besides the rules.
_ACTIVATIONS = tuple(ACTIVATION_FUNCTIONS)
_LAST = ("channels_last",)
SUPPORTED: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "Activation": {"activation": _ACTIVATIONS},
    "AveragePooling2D": {"data_format": _LAST},
    "BatchNormalization": {"scale": (True,), "center": (True,)},
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
    SOFTMAX: {"axis": (-1,)},
}
# Settings that only matter for training, or that are checked on their own.
_IGNORED = re.compile(
    r"name|trainable|dtype|axis|momentum|renorm_momentum|seed|noise_shape|synchronized"
    r"|batch_shape|batch_input_shape|\w+_(initializer|regularizer|constraint)"
)


@dataclass(frozen=True)
class KerasNetwork:
    """A network as its configuration describes it.

    Attributes:
        name: The model's name, fit for a file name; "network" where it is not.
        input_shape: The shape of one image, channels last.
        layers: The layers in order, without the input layer. The last one is a Softmax, which is
            added where the model ends in its logits.
        weight_shapes: The shapes of the variables, by the names in `Layer.weights`.
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    weight_shapes: Mapping[str, tuple[int, ...]]


def parse_network(config: dict[str, Any]) -> KerasNetwork:
    """Return the network that a configuration describes.

    Args:
        config: The content of a .keras file's config.json.

    Raises:
        KerasFileError: The network is not a digit classifier of supported layers, or too large.
    """
    try:
        input_shape, entries = list_in_order(config)
        _check_input(input_shape)
        check_limits([LayerFacts((1,))] * len(entries))  # before each of them is looked at
        layers, facts = _describe_layers(entries, input_shape)
        check_limits(facts)
        name = config["config"].get("name")
    except LayerError as error:
        raise KerasFileError(f"{error} Choose another file.") from error
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError) as error:
        raise KerasFileError(
            "Its config.json does not describe a network as Keras 3 does. Save the model again "
            "with Keras 3, or choose another file."
        ) from error
    _check_output(layers)
    if layers[-1].kind != SOFTMAX:
        layers.append(_make_softmax(layers))
        facts.append(LayerFacts((CLASSES,)))
    shapes = {
        weight: shape
        for layer, each in zip(layers, facts, strict=True)
        for weight, shape in zip(layer.weights, each.weight_shapes, strict=True)
    }
    is_plain = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name)
    return KerasNetwork(name if is_plain else "network", input_shape, tuple(layers), shapes)


def _describe_layers(
    entries: list[dict[str, Any]], shape: tuple[int, ...]
) -> tuple[list[Layer], list[LayerFacts]]:
    layers: list[Layer] = []
    all_facts: list[LayerFacts] = []
    names: set[str] = set()
    for entry in entries:
        kind, settings = entry["class_name"], entry["config"]
        name = settings["name"]
        _check_name(name, names)
        _check_class(entry, name)
        if kind in RULES:
            _check_settings(name, kind, settings, len(shape))
        facts = compute_facts(name, kind, settings, shape)
        shape = facts.output_shape
        used = {key: _freeze(settings[key]) for key in RULES[kind].settings}
        if kind == "BatchNormalization" and isinstance(settings.get("momentum"), float):
            used["momentum"] = settings["momentum"]
        variables = VARIABLES.get(kind, ())[: len(facts.weight_shapes)]
        weights = tuple(f"{name}/{variable}" for variable in variables)
        layers.append(Layer(name, kind, shape, facts.parameters, used, weights))
        all_facts.append(facts)
    return layers, all_facts


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_name(name: Any, names: set[str]) -> None:
    """Check that a name is fit for an output of an ONNX graph and for the pages."""
    is_fit = isinstance(name, str) and name.isprintable() and 0 < len(name.strip()) <= 64
    if not is_fit or set(name) & set("/:") or name == "images":
        raise KerasFileError(
            f"It names a layer {quote(name)}; expected at most 64 printable characters without / "
            "and :. Rename the layer and save the model again."
        )
    if name in names:
        raise KerasFileError(
            f"It has two layers named {quote(name)}. Choose a file that Keras 3 saved."
        )
    names.add(name)


def _check_class(entry: dict[str, Any], name: str) -> None:
    """Check that a layer is a class of Keras, not one of the same name from elsewhere."""
    kind, module, registered = entry["class_name"], entry["module"], entry.get("registered_name")
    is_keras = isinstance(module, str) and re.fullmatch(r"keras(\.[a-z_0-9.]+)?", module)
    if not is_keras or registered not in (None, kind) or not str(kind).isidentifier():
        raise KerasFileError(
            f"The layer {quote(name)} is of the custom class {quote(kind)}; expected layers of "
            "Keras itself, since code of others is not run. Choose another file."
        )


def _check_settings(name: str, kind: str, settings: dict[str, Any], rank: int) -> None:
    data_type = settings.get("dtype", "float32")
    if isinstance(data_type, dict):
        data_type = data_type["config"]["name"]
    if data_type not in FLOAT_TYPES:
        raise KerasFileError(
            f"The layer {quote(name)} has the data type {quote(data_type)}; expected float32. Save "
            "the model before it is quantized, or choose another file."
        )
    supported = dict(SUPPORTED.get(kind, {}))
    if kind == "BatchNormalization":
        supported["axis"] = (-1, rank, [rank], [-1])
    for key, value in settings.items():
        values = supported.get(key, (None, False))
        is_known = key in RULES[kind].settings and key not in supported
        if is_known or value in values or (key not in supported and _IGNORED.fullmatch(key)):
            continue
        expected = " or ".join(map(str, values))
        raise KerasFileError(
            f"The layer {quote(name)} has the setting {quote(key)} with the value {quote(value)}, "
            f"which the pages cannot explain; expected {expected}. Choose another file."
        )


def _check_input(shape: tuple[int, ...]) -> None:
    if shape not in INPUT_SHAPES:
        found, expected = shorten(str(shape)), " or ".join(map(str, INPUT_SHAPES))
        raise KerasFileError(
            f"The network takes an input of shape {found}; expected {expected}, that is, images of "
            "28 × 28 pixels. Choose another file."
        )


def _check_output(layers: list[Layer]) -> None:
    """Check that the network ends in ten logits, with or without a softmax."""
    last = layers[-1] if layers else None
    if last is None or last.output_shape != (CLASSES,):
        found = shorten(str(last.output_shape if last else INPUT_SHAPES[0]))
        raise KerasFileError(
            f"The network gives an output of shape {found}; expected {CLASSES} values, one per "
            "digit. Choose another file."
        )
    logits = layers[-2] if last.kind == SOFTMAX and len(layers) > 1 else last
    is_linear = logits.kind == "Dense" and logits.settings["activation"] == "linear"
    if logits.name != "logits" or not is_linear:
        raise KerasFileError(
            f"The network ends in the layer {quote(last.name)} ({last.kind}); expected a linear "
            f"Dense layer named “logits” with {CLASSES} units, alone or followed by a Softmax "
            "layer. Save it with these layers, or choose another file."
        )


def _make_softmax(layers: list[Layer]) -> Layer:
    name = "probabilities"
    while name in {layer.name for layer in layers}:
        name += "_"
    return Layer(name, SOFTMAX, (CLASSES,), 0, {}, ())
