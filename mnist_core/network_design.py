"""The architecture of a network as data: a list of layers, as JSON too.

A design lists the layers between the image, 28 × 28 × 1, and the end that every network has: a
dense layer with ten logits and their softmax. The JSON is an object with `version` and `layers`:

    {"version": 1, "layers": [
        {"type": "Conv2D", "filters": 32, "kernel_size": 3, "strides": 1, "padding": "valid",
         "activation": "relu", "batch_normalization": false},
        {"type": "MaxPooling2D", "pool_size": 2, "strides": 2, "padding": "valid"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 128, "activation": "relu"}]}

Each layer has a `type`, the name of one of the classes in `LAYER_TYPES` of `layer_designs`, and
that class's attributes. The names are those of Keras; an attribute that is left out has its
default. Whether the layers fit each other is computed by `mnist_core.inference.network_plan`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_core.errors import shorten
from mnist_core.layer_designs import DesignError, LayerDesign, layer_from_dict, layer_to_dict
from mnist_core.messages import message

VERSION = 1
MAX_DESIGN_LAYERS = 30
MAX_FILE_BYTES = 20_000


@dataclass(frozen=True)
class NetworkDesign:
    """The layers of a network between the image and the ten logits.

    Attributes:
        layers: The layers in order, at most 30.

    Raises:
        DesignError: There are too many layers.

    Examples:
        >>> from mnist_core.layer_designs import Conv2D, Flatten
        >>> design = NetworkDesign((Conv2D(filters=8), Flatten()))
        >>> NetworkDesign.from_json(design.to_json()) == design
        True
    """

    layers: tuple[LayerDesign, ...]

    def __post_init__(self) -> None:
        if len(self.layers) > MAX_DESIGN_LAYERS:
            raise DesignError(
                message(
                    "A network of your own can have {most} layers before its logits; this one has "
                    "{count:,}.",
                    most=MAX_DESIGN_LAYERS,
                    count=len(self.layers),
                )
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
                message(
                    "This is not the description of a network; expected a JSON object with "
                    "“version” and “layers”."
                )
            )
        if values.get("version") != VERSION:
            found = shorten(repr(values.get("version")))
            raise DesignError(
                message(
                    "The version of the network must be {version}, not {found}.",
                    version=VERSION,
                    found=found,
                )
            )
        if unknown := set(values) - {"version", "layers"}:
            names = shorten(", ".join(sorted(map(str, unknown))))
            raise DesignError(message("The network has unknown entries: {names}.", names=names))
        if len(values["layers"]) > MAX_DESIGN_LAYERS:  # before each of them is looked at
            cls(tuple(values["layers"]))
        layers = []
        for position, each in enumerate(values["layers"]):
            try:
                layers.append(layer_from_dict(each))
            except DesignError as error:
                raise DesignError(
                    message(
                        "Layer {position} of the network: {error}", position=position, error=error
                    )
                ) from error
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
                message(
                    "The description of a network has at most {most:,} bytes; this file has "
                    "{count:,}.",
                    most=MAX_FILE_BYTES,
                    count=len(content),
                )
            )
        try:
            values = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise DesignError(
                message(
                    "This file is not JSON; expected the description of a network that this app "
                    "saved."
                )
            ) from error
        return cls.from_dict(values)
