"""Designs as short texts for links, such as "1~c32-3-1-valid-relu-0~m2-2-valid~f~d128-relu".

The first part is the version. Each other part is a layer: a letter for its type and its settings in
the order of the class's attributes. All characters may stand in a URL as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

import numpy as np

from mnist_core.layer_designs import LAYER_TYPES, DesignError, LayerDesign
from mnist_core.messages import message
from mnist_core.network_design import MAX_DESIGN_LAYERS, VERSION, NetworkDesign

MAX_LINK_CHARACTERS = 2_000
_LETTERS: Mapping[str, str] = {
    "Conv2D": "c",
    "MaxPooling2D": "m",
    "AveragePooling2D": "a",
    "GlobalAveragePooling2D": "g",
    "BatchNormalization": "b",
    "Activation": "x",
    "Dropout": "o",
    "Flatten": "f",
    "Dense": "d",
}
_TYPES = {letter: LAYER_TYPES[name] for name, letter in _LETTERS.items()}
_LETTER_OF = {layer_type: letter for letter, layer_type in _TYPES.items()}


def to_link(design: NetworkDesign) -> str:
    """Return a design as a short text.

    Examples:
        >>> from mnist_core.layer_designs import Dropout, Flatten
        >>> to_link(NetworkDesign((Flatten(), Dropout(0.5))))
        '1~f~o0.5'
    """
    return "~".join([str(VERSION), *map(_write_layer, design.layers)])


def from_link(text: str) -> NetworkDesign:
    """Create a design from a text that `to_link` returned.

    Raises:
        DesignError: The text is too long, or not such a text.

    Examples:
        >>> from_link("1~d10-relu").layers
        (Dense(units=10, activation='relu'),)
    """
    version, *parts = text.split("~", MAX_DESIGN_LAYERS + 1)
    if len(text) > MAX_LINK_CHARACTERS or version != str(VERSION):
        raise DesignError(message("It was not made by this version of the app, or was cut off."))
    return NetworkDesign(tuple(map(_read_layer, parts)))


def _write_layer(layer: LayerDesign) -> str:
    return _LETTER_OF[type(layer)] + "-".join(map(_write_value, astuple(layer)))


def _write_value(value: Any) -> str:
    if isinstance(value, float):
        # Not str: it writes 5e-05 and -0.0, but a minus sign separates two settings.
        return np.format_float_positional(abs(value), trim="-")
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read_layer(part: str) -> LayerDesign:
    layer_type = _TYPES.get(part[:1])
    if layer_type is None:
        raise DesignError(message("It has a layer of an unknown type, or was cut off."))
    settings = fields(layer_type)
    values = part[1:].split("-") if part[1:] else []
    if len(values) != len(settings):
        raise DesignError(
            message("It has a layer with too few or too many settings, or was cut off.")
        )
    return layer_type(
        **{
            field.name: _read_value(value, field.default)
            for field, value in zip(settings, values, strict=True)
        }
    )


def _read_value(text: str, default: object) -> Any:
    """Return a value of the default's type, or the text itself, which the layer rejects."""
    if isinstance(default, bool):
        return {"0": False, "1": True}.get(text, text)
    try:
        return type(default)(text)  # type: ignore[call-arg]
    except ValueError:
        return text
