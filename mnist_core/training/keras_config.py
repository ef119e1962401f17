"""From the configuration of a Keras model to a network of this app.

The configuration is read as plain data: no class that it names is imported or built. Only the kinds
of layers in `mnist_core.inference.layer_kinds` are accepted; shapes, parameters and cost are
computed from their settings. `mnist_core.training.keras_layers` says which networks are accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.inference.layer_kinds import LayerFacts
from mnist_core.inference.layer_rules import INPUT_SHAPE, Layer, LayerError
from mnist_core.inference.layer_variables import name_variables
from mnist_core.inference.network_limits import check_limits
from mnist_core.messages import message
from mnist_core.training.keras_archive import KerasFileError
from mnist_core.training.keras_graph import Entry, list_in_order
from mnist_core.training.keras_layers import Part, read_parts

LOGITS, PROBABILITIES = "logits", "probabilities"
# Names of the graph's input and of the image in `mnist_core.interpretability`.
RESERVED = ("images", "image")
MAX_NAME = 64
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class KerasNetwork:
    """A network as its configuration describes it.

    Attributes:
        name: The model's name, fit for a file name; "network" where it is not.
        input_shape: The shape of one image, channels last.
        layers: The layers in order, without the input layer. The last two are "logits" and a
            Softmax.
        weight_shapes: The shapes of the variables, by the names in `Layer.weights`.
        entries: The layers as the configuration has them, by their names in `layers`; a layer that
            it does not have is missing.
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    weight_shapes: Mapping[str, tuple[int, ...]]
    entries: Mapping[str, Entry]


def parse_network(config: dict[str, Any]) -> KerasNetwork:
    """Return the network that a configuration describes.

    Args:
        config: The configuration in a .keras file or an HDF5 file.

    Raises:
        KerasFileError: The network is not a digit classifier of supported layers, or too large.
    """
    try:
        input_shape, entries = list_in_order(config)
        check_limits([LayerFacts((1,))] * len(entries))  # before each of them is looked at
        parts = read_parts(entries, input_shape)
        check_limits([part.facts for part in parts])
        model = config["config"]
        name = model.get("name") if isinstance(model, dict) else None
    except LayerError as error:
        raise KerasFileError(message("{error} Choose another file.", error=error)) from error
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError) as error:
        raise KerasFileError(
            message(
                "Its configuration does not describe a network of layers as Keras 2 and 3 do. "
                "Build the model of layers alone and save it again, or choose another file."
            )
        ) from error
    layers = [_describe(part, name) for part, name in zip(parts, _choose_names(parts), strict=True)]
    return KerasNetwork(
        name=name if isinstance(name, str) and PLAIN_NAME.fullmatch(name) else "network",
        input_shape=INPUT_SHAPE,
        layers=tuple(layers),
        weight_shapes={
            weight: shape
            for layer, part in zip(layers, parts, strict=True)
            for weight, shape in zip(layer.weights, part.facts.weight_shapes, strict=True)
        },
        entries={
            layer.name: part.entry
            for layer, part in zip(layers, parts, strict=True)
            if part.entry is not None
        },
    )


def _describe(part: Part, name: str) -> Layer:
    return Layer(
        name=name,
        kind=part.kind,
        output_shape=part.facts.output_shape,
        parameters=part.facts.parameters,
        settings=part.settings,
        weights=name_variables(part.kind, name, len(part.facts.weight_shapes)),
    )


def _choose_names(parts: Sequence[Part]) -> list[str]:
    """Return names of the layers that are different and fit for a graph and for the pages.

    The layer before the softmax is named "logits", whatever its name is in the file, since the
    pages look for it under that name.
    """
    taken = {*RESERVED, LOGITS}
    names = []
    for part in parts[:-2]:
        names.append(_make_unique(_clean(part.name, part.kind), taken))
        taken.add(names[-1])
    return [*names, LOGITS, _make_unique(_clean(parts[-1].name, PROBABILITIES), taken)]


def _clean(name: str, otherwise: str) -> str:
    """Return a name without characters that separate or cannot be shown.

    Examples:
        >>> _clean("block1/conv", "Conv2D"), _clean(" ", "Conv2D")
        ('block1_conv', 'Conv2D')
    """
    letters = (letter if letter.isprintable() and letter not in "/:" else "_" for letter in name)
    return "".join(letters)[:MAX_NAME].strip() or otherwise


def _make_unique(name: str, taken: set[str]) -> str:
    unique, number = name, 1
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique
