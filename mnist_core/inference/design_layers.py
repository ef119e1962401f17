"""The Keras layers that the layers of a design stand for, and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.layer_designs import (
    ActivationLayer,
    BatchNormalization,
    Conv2D,
    Dense,
    DesignError,
    Dropout,
    LayerDesign,
    Pooling2D,
)

# Batch normalization averages over about ten steps, since runs are short.
NORMALIZATION = {"epsilon": 0.001, "momentum": 0.9}
_NAMES = {
    "Conv2D": "conv",
    "BatchNormalization": "norm",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "GlobalAveragePooling2D": "average",
    "Dropout": "dropout",
    "Flatten": "flatten",
    "Dense": "dense",
    "ReLU": "relu",
}


@dataclass
class KerasStep:
    """A Keras layer before its name and shape are known.

    Attributes:
        kind: The Keras class, such as "Conv2D".
        settings: The arguments of its constructor, without the name.
    """

    kind: str
    settings: dict[str, Any]


def expand_layer(layers: Sequence[LayerDesign | DesignError], index: int) -> list[KerasStep]:
    """Return the Keras layers that one layer of a design stands for."""
    layer = layers[index]
    if isinstance(layer, Conv2D):
        normalized = layer.batch_normalization
        settings = {
            "filters": layer.filters,
            "kernel_size": (layer.kernel_size,) * 2,
            "strides": (layer.strides,) * 2,
            "padding": layer.padding,
            "activation": "linear" if normalized else layer.activation,
            "use_bias": not (normalized or _is_normalized_later(layers, index)),
        }
        steps = [KerasStep("Conv2D", settings)]
        if normalized:
            steps.append(KerasStep("BatchNormalization", dict(NORMALIZATION)))
            steps += _expand_activation(layer.activation)
        return steps
    if isinstance(layer, Pooling2D):
        window = {
            "pool_size": (layer.pool_size,) * 2,
            "strides": (layer.strides,) * 2,
            "padding": layer.padding,
        }
        return [KerasStep(name_kind(layer), window)]
    if isinstance(layer, ActivationLayer):
        return _expand_activation(layer.activation)
    if isinstance(layer, Dense):
        settings = {
            "units": layer.units,
            "activation": layer.activation,
            "use_bias": not _is_normalized_later(layers, index),
        }
        return [KerasStep("Dense", settings)]
    if isinstance(layer, Dropout):
        return [KerasStep("Dropout", {"rate": layer.rate})]
    if isinstance(layer, BatchNormalization):
        return [KerasStep("BatchNormalization", dict(NORMALIZATION))]
    if isinstance(layer, DesignError):
        return []
    return [KerasStep(name_kind(layer), {})]


def _expand_activation(activation: str) -> list[KerasStep]:
    if activation == "linear":
        return []
    if activation == "relu":
        return [KerasStep("ReLU", {})]
    return [KerasStep("Activation", {"activation": activation})]


def _is_normalized_later(layers: Sequence[LayerDesign | DesignError], index: int) -> bool:
    """Return whether a batch normalization follows whose shift makes a bias redundant.

    Pooling in between does not matter: it commutes with adding a number to a whole map.
    """
    layer = layers[index]
    if not isinstance(layer, (Conv2D, Dense)) or layer.activation != "linear":
        return False
    following = (each for each in layers[index + 1 :] if not isinstance(each, Pooling2D))
    return isinstance(next(following, None), BatchNormalization)


def name_steps(groups: Sequence[Sequence[KerasStep]]) -> list[list[str]]:
    """Name the Keras layers, such as conv1, norm1, relu1 and pool1.

    Up to Flatten or global pooling, layers carry the number of the convolution before them, if
    there are several convolutions. After it, layers of a kind are numbered if there are several.
    Names that would repeat get a suffix.
    """
    flat_from = next(
        (
            index
            for index, group in enumerate(groups)
            if any(step.kind in {"Flatten", "GlobalAveragePooling2D"} for step in group)
        ),
        len(groups),
    )
    convolutions = sum(step.kind == "Conv2D" for group in groups for step in group)
    in_flat = Counter(_base(step) for group in groups[flat_from:] for step in group)
    used: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    names: list[list[str]] = []
    block = 0
    for index, group in enumerate(groups):
        names.append([])
        for step in group:
            base = _base(step)
            if index < flat_from:
                block += step.kind == "Conv2D"
                name = f"{base}{block}" if convolutions > 1 and block else base
            else:
                counted[base] += 1
                name = f"{base}{counted[base]}" if in_flat[base] > 1 else base
            used[name] += 1
            names[-1].append(name if used[name] == 1 else f"{name}_{used[name]}")
    return names


def _base(step: KerasStep) -> str:
    return _NAMES.get(step.kind) or step.settings["activation"]


def name_kind(layer: LayerDesign) -> str:
    """Return the name of the Keras class, which is the layer's type in JSON too."""
    return "Activation" if isinstance(layer, ActivationLayer) else type(layer).__name__
