"""The kinds of layers that the app supports: their settings, output shapes, weights and cost.

The kinds are classes of Keras (https://keras.io/api/layers/), with its default arguments for what
is not listed in `RULES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.inference.activation_functions import ACTIVATION_FUNCTIONS
from mnist_core.json_numbers import is_number

Shape = tuple[int, ...]
Settings = Mapping[str, Any]

ACTIVATIONS = (*ACTIVATION_FUNCTIONS, "softmax")


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


def format_shape(shape: Shape) -> str:
    """Return a shape as text.

    Examples:
        >>> format_shape((26, 26, 32))
        '26 × 26 × 32'
    """
    return " × ".join(f"{size:,}" for size in shape)


def compute_padding(size: int, window: int, stride: int, padding: str) -> tuple[int, int]:
    """Return how many cells Keras adds before and after an axis along which a window slides.

    Padding "same" adds the fewest cells for ⌈size / stride⌉ positions, an odd one at the end, and
    none if the strides leave out cells anyway
    (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).

    Args:
        size: The size of the input along the axis.
        window: The size of the window.
        stride: The distance between two positions of the window.
        padding: "valid" or "same".

    Examples:
        >>> compute_padding(28, window=5, stride=2, padding="same")
        (1, 2)
        >>> compute_padding(28, window=3, stride=7, padding="same")
        (0, 0)
    """
    if padding == "valid":
        return 0, 0
    total = max(0, (math.ceil(size / stride) - 1) * stride + window - size)
    return total // 2, total - total // 2


@dataclass(frozen=True)
class Rule:
    """What a kind of layer may have and take, and how its facts are computed.

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
RULES: Mapping[str, Rule] = {
    "Activation": Rule({"activation": _is_activation}, None, _keep),
    "AveragePooling2D": Rule(_POOLING, 3, _pool),
    "BatchNormalization": Rule({"epsilon": _is_positive}, None, _normalize),
    "Conv2D": Rule(
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
    "Dense": Rule(
        {"units": _is_count, "activation": _is_activation, "use_bias": _is_flag}, 1, _connect
    ),
    "Dropout": Rule({"rate": _is_fraction}, None, _keep),
    "Flatten": Rule({}, None, _flatten),
    "GlobalAveragePooling2D": Rule({}, 3, _average),
    "MaxPooling2D": Rule(_POOLING, 3, _pool),
    "ReLU": Rule({}, None, _keep),
    "Rescaling": Rule({"scale": is_number, "offset": is_number}, None, _keep),
    "Softmax": Rule({}, 1, _keep),
}
