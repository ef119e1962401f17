"""The architecture of a network as data: a list of layers, as JSON too.

A design lists the layers between the image, 28 × 28 × 1, and the end that every network has: a
dense layer with ten logits and their softmax. The JSON is an object with `version` and `layers`:

    {"version": 1, "layers": [
        {"type": "Conv2D", "filters": 32, "kernel_size": 3, "strides": 1, "padding": "valid",
         "activation": "relu", "batch_normalization": false},
        {"type": "MaxPooling2D", "pool_size": 2, "strides": 2, "padding": "valid"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 128, "activation": "relu"}]}

Each layer has a `type`, the name of one of the classes in `LAYER_TYPES`, and that class's
attributes. The names are those of Keras; an attribute that is left out has its default. A layer's
settings are checked here; whether the layers fit each other is computed by
`mnist_core.inference.network_plan`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from mnist_core.errors import MnistError, shorten

VERSION = 1
MAX_DESIGN_LAYERS = 30
MAX_FILE_BYTES = 20_000
MAX_FILTERS, MAX_UNITS, MAX_WINDOW, MAX_STRIDES, MAX_RATE = 256, 1024, 28, 28, 0.9

Padding = Literal["valid", "same"]
Activation = Literal["linear", "relu", "leaky_relu", "tanh", "sigmoid", "gelu"]
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
PADDINGS: tuple[Padding, ...] = get_args(Padding)


class DesignError(MnistError):
    """A design has an unknown layer, or a setting of the wrong type or out of range."""


@dataclass(frozen=True)
class Conv2D:
    """A convolution, with the normalization and the activation after it.

    Attributes:
        filters: The number of feature maps, 1 to 256.
        kernel_size: The height and width of the kernel, 1 to 28.
        strides: The distance between two positions of the kernel, 1 to 28.
        padding: "valid", or "same": zeros around the maps.
        activation: One of `ACTIVATIONS`; it is applied after the normalization.
        batch_normalization: Whether the feature maps are normalized.
    """

    filters: int = 32
    kernel_size: int = 3
    strides: int = 1
    padding: Padding = "valid"
    activation: Activation = "relu"
    batch_normalization: bool = False

    def __post_init__(self) -> None:
        _check_integer("number of filters", self.filters, MAX_FILTERS)
        _check_integer("kernel size", self.kernel_size, MAX_WINDOW)
        _check_integer("stride", self.strides, MAX_STRIDES)
        _check_choice("padding", self.padding, PADDINGS)
        _check_choice("activation", self.activation, ACTIVATIONS)
        if not isinstance(self.batch_normalization, bool):
            found = shorten(repr(self.batch_normalization))
            raise DesignError(f"The batch normalization must be true or false, not {found}.")


@dataclass(frozen=True)
class Pooling2D:
    """What max and average pooling have in common.

    Attributes:
        pool_size: The height and width of the window, 1 to 28.
        strides: The distance between two positions of the window, 1 to 28.
        padding: "valid", or "same": cells around the maps that are ignored.
    """

    pool_size: int = 2
    strides: int = 2
    padding: Padding = "valid"

    def __post_init__(self) -> None:
        _check_integer("pool size", self.pool_size, MAX_WINDOW)
        _check_integer("stride", self.strides, MAX_STRIDES)
        _check_choice("padding", self.padding, PADDINGS)


@dataclass(frozen=True)
class MaxPooling2D(Pooling2D):
    """Max pooling: the largest value of each window."""


@dataclass(frozen=True)
class AveragePooling2D(Pooling2D):
    """Average pooling: the mean of each window."""


@dataclass(frozen=True)
class GlobalAveragePooling2D:
    """The mean of each feature map."""


@dataclass(frozen=True)
class BatchNormalization:
    """Batch normalization where it does not directly follow a convolution."""


@dataclass(frozen=True)
class ActivationLayer:
    """An activation as a layer of its own; its type in JSON is "Activation".

    Attributes:
        activation: One of `ACTIVATIONS` except "linear".
    """

    activation: Activation = "relu"

    def __post_init__(self) -> None:
        _check_choice("activation", self.activation, ACTIVATIONS[1:])


@dataclass(frozen=True)
class Dropout:
    """Dropout: values that are randomly set to 0 during training.

    Attributes:
        rate: The fraction of the values, 0 to 0.9.
    """

    rate: float = 0.25

    def __post_init__(self) -> None:
        value = self.rate
        is_number = type(value) in (int, float) and math.isfinite(value)
        if not is_number or not 0 <= value <= MAX_RATE:
            raise DesignError(
                f"The rate must be a number from 0 to {MAX_RATE}, not {shorten(repr(value))}."
            )


@dataclass(frozen=True)
class Flatten:
    """The feature maps as one row of numbers."""


@dataclass(frozen=True)
class Dense:
    """A dense layer.

    Attributes:
        units: The number of units, 1 to 1,024.
        activation: One of `ACTIVATIONS`.
    """

    units: int = 128
    activation: Activation = "relu"

    def __post_init__(self) -> None:
        _check_integer("number of units", self.units, MAX_UNITS)
        _check_choice("activation", self.activation, ACTIVATIONS)


LayerDesign = (
    Conv2D
    | MaxPooling2D
    | AveragePooling2D
    | GlobalAveragePooling2D
    | BatchNormalization
    | ActivationLayer
    | Dropout
    | Flatten
    | Dense
)
LAYER_TYPES: Mapping[str, type[LayerDesign]] = {
    "Conv2D": Conv2D,
    "MaxPooling2D": MaxPooling2D,
    "AveragePooling2D": AveragePooling2D,
    "GlobalAveragePooling2D": GlobalAveragePooling2D,
    "BatchNormalization": BatchNormalization,
    "Activation": ActivationLayer,
    "Dropout": Dropout,
    "Flatten": Flatten,
    "Dense": Dense,
}
_TYPE_NAMES = {layer_type: name for name, layer_type in LAYER_TYPES.items()}


@dataclass(frozen=True)
class NetworkDesign:
    """The layers of a network between the image and the ten logits.

    Attributes:
        layers: The layers in order, at most 30.

    Raises:
        DesignError: There are too many layers.

    Examples:
        >>> design = NetworkDesign((Conv2D(filters=8), Flatten()))
        >>> NetworkDesign.from_json(design.to_json()) == design
        True
    """

    layers: tuple[LayerDesign, ...]

    def __post_init__(self) -> None:
        if len(self.layers) > MAX_DESIGN_LAYERS:
            raise DesignError(
                f"A network of your own can have {MAX_DESIGN_LAYERS} layers before its logits; "
                f"this one has {len(self.layers):,}."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the design as types that JSON supports, in the form of the module's docstring."""
        return {"version": VERSION, "layers": [layer_to_dict(layer) for layer in self.layers]}

    @classmethod
    def from_dict(cls, values: object) -> NetworkDesign:
        """Create a design from what `to_dict` returned.

        Raises:
            DesignError: The values have another form; an error in a layer names its position,
                counted from 0.
        """
        if not isinstance(values, Mapping) or not isinstance(values.get("layers"), list):
            raise DesignError(
                "This is not the description of a network; expected a JSON object with “version” "
                "and “layers”."
            )
        if values.get("version") != VERSION:
            found = shorten(repr(values.get("version")))
            raise DesignError(f"The version of the network must be {VERSION}, not {found}.")
        if unknown := set(values) - {"version", "layers"}:
            names = shorten(", ".join(sorted(map(str, unknown))))
            raise DesignError(f"The network has unknown entries: {names}.")
        if len(values["layers"]) > MAX_DESIGN_LAYERS:  # before each of them is looked at
            cls(tuple(values["layers"]))
        layers = []
        for position, each in enumerate(values["layers"]):
            try:
                layers.append(layer_from_dict(each))
            except DesignError as error:
                raise DesignError(f"Layer {position} of the network: {error}") from error
        return cls(tuple(layers))

    def to_json(self) -> str:
        """Return the design as JSON, one layer per line."""
        lines = ",\n".join(f"    {json.dumps(layer_to_dict(layer))}" for layer in self.layers)
        return f'{{\n  "version": {VERSION},\n  "layers": [\n{lines}\n  ]\n}}\n'

    @classmethod
    def from_json(cls, content: str | bytes) -> NetworkDesign:
        """Create a design from JSON that a person gave.

        Raises:
            DesignError: It is too long, is not JSON, or has another form.
        """
        if len(content) > MAX_FILE_BYTES:
            raise DesignError(
                f"The description of a network has at most {MAX_FILE_BYTES:,} bytes; this file has "
                f"{len(content):,}."
            )
        try:
            values = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise DesignError(
                "This file is not JSON; expected the description of a network that this app saved."
            ) from error
        return cls.from_dict(values)


def layer_to_dict(layer: LayerDesign) -> dict[str, Any]:
    """Return a layer as types that JSON supports.

    Examples:
        >>> layer_to_dict(Dropout(0.5))
        {'type': 'Dropout', 'rate': 0.5}
    """
    return {"type": _TYPE_NAMES[type(layer)], **asdict(layer)}


def layer_from_dict(values: object) -> LayerDesign:
    """Create a layer from what `layer_to_dict` returned; what is left out has its default.

    Raises:
        DesignError: The type or a setting is unknown, or has a value that it cannot have.
    """
    kind = values.get("type") if isinstance(values, Mapping) else None
    if not isinstance(values, Mapping) or not isinstance(kind, str) or kind not in LAYER_TYPES:
        found = shorten(repr(kind))
        raise DesignError(f"Its type must be one of {', '.join(LAYER_TYPES)}, not {found}.")
    layer_type = LAYER_TYPES[kind]
    settings = {key: value for key, value in values.items() if key != "type"}
    known = [field.name for field in fields(layer_type)]
    if unknown := set(settings) - set(known):
        found = shorten(", ".join(sorted(map(str, unknown))))
        raise DesignError(
            f"A {kind} has the settings {', '.join(known)}; {found} is not one of them."
            if known
            else f"A {kind} has no settings; {found} is not one of them."
        )
    return layer_type(**settings)


def _check_integer(name: str, value: object, high: int) -> None:
    if type(value) is not int or not 1 <= value <= high:
        found = shorten(repr(value))
        raise DesignError(f"The {name} must be a whole number from 1 to {high:,}, not {found}.")


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in choices:
        found = shorten(repr(value))
        raise DesignError(f"The {name} must be one of {', '.join(choices)}, not {found}.")
