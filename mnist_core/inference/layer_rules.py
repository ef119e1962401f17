"""The layers of a network, checked by the rules of their kinds.

Shapes and counts given in a file are not trusted: they are computed here from the layers' kinds
and settings. A network that breaks a rule of `layer_kinds` is rejected before any of it is run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError, shorten
from mnist_core.inference.layer_kinds import RULES, LayerFacts, Settings, Shape
from mnist_core.messages import message

INPUT_SHAPE: Shape = (SIDE, SIDE, 1)
"""The shape of one image, as every classifier takes it."""


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
