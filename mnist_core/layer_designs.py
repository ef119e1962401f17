"""The layers that a network of one's own can have: their settings, checked, and as JSON.

Whether a layer fits the one before it is computed by `mnist_core.inference.network_plan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from mnist_core.errors import MnistError, shorten
from mnist_core.json_numbers import is_number
from mnist_core.messages import message

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
        _check_integer(message("number of filters"), self.filters, MAX_FILTERS)
        _check_integer(message("kernel size"), self.kernel_size, MAX_WINDOW)
        _check_integer(message("stride"), self.strides, MAX_STRIDES)
        _check_choice(message("padding"), self.padding, PADDINGS)
        _check_choice(message("activation"), self.activation, ACTIVATIONS)
        if not isinstance(self.batch_normalization, bool):
            found = shorten(repr(self.batch_normalization))
            raise DesignError(
                message("The batch normalization must be true or false, not {found}.", found=found)
            )


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
        _check_integer(message("pool size"), self.pool_size, MAX_WINDOW)
        _check_integer(message("stride"), self.strides, MAX_STRIDES)
        _check_choice(message("padding"), self.padding, PADDINGS)


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
        _check_choice(message("activation"), self.activation, ACTIVATIONS[1:])


@dataclass(frozen=True)
class Dropout:
    """Dropout: values that are randomly set to 0 during training.

    Attributes:
        rate: The fraction of the values, 0 to 0.9.
    """

    rate: float = 0.25

    def __post_init__(self) -> None:
        value = self.rate
        if not is_number(value) or not 0 <= value <= MAX_RATE:
            raise DesignError(
                message(
                    "The rate must be a number from 0 to {most}, not {value}.",
                    most=MAX_RATE,
                    value=shorten(repr(value)),
                )
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
        _check_integer(message("number of units"), self.units, MAX_UNITS)
        _check_choice(message("activation"), self.activation, ACTIVATIONS)


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
        raise DesignError(
            message(
                "Its type must be one of {types}, not {found}.",
                types=", ".join(LAYER_TYPES),
                found=found,
            )
        )
    layer_type = LAYER_TYPES[kind]
    settings = {key: value for key, value in values.items() if key != "type"}
    known = [field.name for field in fields(layer_type)]
    if unknown := set(settings) - set(known):
        found = shorten(", ".join(sorted(map(str, unknown))))
        raise DesignError(
            message(
                "A layer {kind} has the settings {settings}; {found} is not one of them.",
                kind=kind,
                settings=", ".join(known),
                found=found,
            )
            if known
            else message(
                "A layer {kind} has no settings; {found} is not one of them.",
                kind=kind,
                found=found,
            )
        )
    return layer_type(**settings)


def _check_integer(name: str, value: object, high: int) -> None:
    if type(value) is not int or not 1 <= value <= high:
        found = shorten(repr(value))
        raise DesignError(
            message(
                "The {name} must be a whole number from 1 to {high:,}, not {found}.",
                name=name,
                high=high,
                found=found,
            )
        )


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in choices:
        found = shorten(repr(value))
        raise DesignError(
            message(
                "The {name} must be one of {choices}, not {found}.",
                name=name,
                choices=", ".join(choices),
                found=found,
            )
        )
