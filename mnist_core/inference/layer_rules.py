"""Rules of the layers that the app supports: settings, output shapes, weights and cost.

Shapes and counts given in a file are not trusted: they are computed here from the layers' kinds
and settings. A network that breaks a rule is rejected before any of it is run. The kinds
are classes of Keras (https://keras.io/api/layers/), with its default arguments for what is not
listed in `RULES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError, shorten
from mnist_core.inference.activation_functions import ACTIVATION_FUNCTIONS
from mnist_core.json_numbers import is_number
from mnist_core.messages import message

Shape = tuple[int, ...]
Settings = Mapping[str, Any]

INPUT_SHAPE: Shape = (SIDE, SIDE, 1)
"""The shape of one image, as every classifier takes it."""

ACTIVATIONS = (*ACTIVATION_FUNCTIONS, "softmax")


@dataclass(frozen=True)
class Layer:
    """One layer of a network, as described in its file.

    Attributes:
        name: Unique within the network, such as "conv1".
        kind: The Keras class, such as "Conv2D".
        output_shape: The shape of the output without the batch axis.
        parameters: The number of parameters.
        settings: Arguments of the Keras constructor, by name.
        weights: The names of the layer's variables, as in `OnnxModel.weights`.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    settings: dict[str, Any]
    weights: tuple[str, ...]


class LayerError(MnistError):
    """A layer is unknown, has an impossible setting, or makes the network too large."""


@dataclass(frozen=True)
class LayerFacts:
    """What follows from a layer's kind, its settings and the shape of its input.

    Attributes:
        output_shape: The output's shape without the batch axis, channels last.
        weight_shapes: The shapes of its variables in Keras's order.
        multiply_adds: Multiplications by a weight for one image.
    """

    output_shape: Shape
    weight_shapes: tuple[Shape, ...] = ()
    multiply_adds: int = 0

    @property
    def parameters(self) -> int:
        """How many numbers its variables hold."""
        return sum(math.prod(shape) for shape in self.weight_shapes)


def compute_facts(name: str, kind: str, settings: Settings, input_shape: Shape) -> LayerFacts:
    """Compute a layer's output shape, weight shapes and cost.

    Args:
        name: The layer's name, for messages.
        kind: The Keras class, such as "Conv2D".
        settings: The constructor arguments that `RULES` lists for the kind.
        input_shape: The input's shape without the batch axis, channels last.

    Raises:
        LayerError: The kind or a setting is unknown, or the layer cannot take such an input.

    Examples:
        >>> settings = {"filters": 32, "kernel_size": (3, 3), "strides": (1, 1),
        ...             "padding": "valid", "activation": "relu", "use_bias": True}
        >>> compute_facts("conv", "Conv2D", settings, (28, 28, 1)).output_shape
        (26, 26, 32)
    """
    if kind not in RULES:
        raise LayerError(
            message(
                "The layer {name} is a {kind}, which this app does not support; expected one of "
                "{kinds}.",
                name=shorten(name),
                kind=shorten(kind),
                kinds=", ".join(sorted(RULES)),
            )
        )
    rule = RULES[kind]
    for setting, is_valid in rule.settings.items():
        if setting not in settings or not is_valid(settings[setting]):
            found = shorten(repr(settings.get(setting, "nothing")))
            raise LayerError(
                message(
                    "The layer {name} has the setting {setting}={found}, which a {kind} of this "
                    "app cannot have.",
                    name=shorten(name),
                    setting=setting,
                    found=found,
                    kind=kind,
                )
            )
    if rule.rank is not None and len(input_shape) != rule.rank:
        raise LayerError(
            message(
                "The layer {name} is a {kind}, which takes an input of {rank} axes; it gets "
                "{count}.",
                name=shorten(name),
                kind=kind,
                rank=rule.rank,
                count=len(input_shape),
            )
        )
    facts = rule.compute(settings, input_shape)
    if min(facts.output_shape) < 1:
        raise LayerError(
            message(
                "The window of the layer {name} is larger than its input of {height} × {width} "
                "pixels.",
                name=shorten(name),
                height=input_shape[0],
                width=input_shape[1],
            )
        )
    return facts


def count_multiply_adds(layers: Iterable[Layer]) -> dict[str, int]:
    """Return the multiplications by a weight for one image, by the names of a classifier's layers.

    A convolution makes one per weight and output pixel, padding included; a dense layer makes one
    per weight, and other layers make none.

    Args:
        layers: All layers of the classifier, in order.
    """
    counts = {}
    shape = INPUT_SHAPE
    for layer in layers:
        facts = compute_facts(layer.name, layer.kind, layer.settings, shape)
        counts[layer.name] = facts.multiply_adds
        shape = facts.output_shape
    return counts


@dataclass(frozen=True)
class _Rule:
    """What is known of a kind of layer.

    Attributes:
        settings: Which values each of its settings may have.
        rank: The number of dimensions of its input; None for any.
        compute: Computes its facts from its settings and the shape of its input.
    """

    settings: Mapping[str, Callable[[Any], bool]]
    rank: int | None
    compute: Callable[[Settings, Shape], LayerFacts]


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 1_000_000


def _is_pair(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_count, value))


def _is_padding(value: Any) -> bool:
    return value in ("valid", "same")


def _is_activation(value: Any) -> bool:
    return isinstance(value, str) and value in ACTIVATIONS


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_fraction(value: Any) -> bool:
    return is_number(value) and 0 <= value <= 1


def _is_positive(value: Any) -> bool:
    return is_number(value) and value > 0


def _slide(shape: Shape, window: Sequence[int], settings: Settings) -> tuple[int, int]:
    """Return how many positions a window has, down and across (Dumoulin and Visin, 2016)."""
    padded = settings["padding"] == "same"
    down, across = (
        -(-size // stride) if padded else (size - length) // stride + 1
        for size, length, stride in zip(shape, window, settings["strides"], strict=False)
    )
    return down, across


def _convolve(settings: Settings, shape: Shape) -> LayerFacts:
    filters = settings["filters"]
    kernel = (*settings["kernel_size"], shape[2], filters)
    positions = _slide(shape, settings["kernel_size"], settings)
    weights = (kernel, (filters,)) if settings["use_bias"] else (kernel,)
    return LayerFacts((*positions, filters), weights, math.prod(positions) * math.prod(kernel))


def _connect(settings: Settings, shape: Shape) -> LayerFacts:
    units = settings["units"]
    kernel = (shape[0], units)
    weights = (kernel, (units,)) if settings["use_bias"] else (kernel,)
    return LayerFacts((units,), weights, math.prod(kernel))


def _pool(settings: Settings, shape: Shape) -> LayerFacts:
    return LayerFacts((*_slide(shape, settings["pool_size"], settings), shape[2]))


def _normalize(settings: Settings, shape: Shape) -> LayerFacts:
    return LayerFacts(shape, ((shape[-1],),) * 4)


def _keep(settings: Settings, shape: Shape) -> LayerFacts:
    return LayerFacts(shape)


def _flatten(settings: Settings, shape: Shape) -> LayerFacts:
    return LayerFacts((math.prod(shape),))


def _average(settings: Settings, shape: Shape) -> LayerFacts:
    return LayerFacts((shape[2],))


_POOLING = {"pool_size": _is_pair, "strides": _is_pair, "padding": _is_padding}
RULES: Mapping[str, _Rule] = {
    "Activation": _Rule({"activation": _is_activation}, None, _keep),
    "AveragePooling2D": _Rule(_POOLING, 3, _pool),
    "BatchNormalization": _Rule({"epsilon": _is_positive}, None, _normalize),
    "Conv2D": _Rule(
        {
            "filters": _is_count,
            "kernel_size": _is_pair,
            "strides": _is_pair,
            "padding": _is_padding,
            "activation": _is_activation,
            "use_bias": _is_flag,
        },
        3,
        _convolve,
    ),
    "Dense": _Rule(
        {"units": _is_count, "activation": _is_activation, "use_bias": _is_flag}, 1, _connect
    ),
    "Dropout": _Rule({"rate": _is_fraction}, None, _keep),
    "Flatten": _Rule({}, None, _flatten),
    "GlobalAveragePooling2D": _Rule({}, 3, _average),
    "MaxPooling2D": _Rule(_POOLING, 3, _pool),
    "ReLU": _Rule({}, None, _keep),
    "Rescaling": _Rule({"scale": is_number, "offset": is_number}, None, _keep),
    "Softmax": _Rule({}, 1, _keep),
}
