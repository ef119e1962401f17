"""The layers of a Keras model in the form of the app's networks.

The app's networks take images of 28 × 28 × 1 pixels, and end in ten logits and a softmax. People's
networks come close: an input of 28 × 28 or 784 values, a softmax inside of the last layer, layers
that only training needs. They are brought into that form without a change to what they compute.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mnist_core.errors import shorten
from mnist_core.inference.activation_functions import LEAKY_SLOPE
from mnist_core.inference.layer_kinds import RULES, LayerFacts
from mnist_core.inference.layer_rules import INPUT_SHAPE, compute_facts
from mnist_core.messages import message
from mnist_core.training.keras_archive import KerasFileError, quote
from mnist_core.training.keras_graph import Entry
from mnist_core.training.keras_settings import read_activation, read_kind, read_settings

PLAIN, FLAT = (28, 28), (784,)
INPUT_SHAPES = (INPUT_SHAPE, PLAIN, FLAT)
CLASSES = 10
SOFTMAX = "Softmax"
# Layers that do nothing when a network predicts.
TRAINING_ONLY = {
    "ActivityRegularization", "AlphaDropout", "GaussianDropout", "GaussianNoise", "Identity",
    "RandomBrightness", "RandomContrast", "RandomFlip", "RandomRotation", "RandomShear",
    "RandomTranslation", "RandomZoom", "SpatialDropout2D",
}  # fmt: skip
# Layers that treat every number alike, whatever the shape of the image.
ELEMENTWISE = {"Activation", "Dropout", "ReLU", "Rescaling"}


@dataclass(frozen=True)
class Part:
    """A layer of the network in the app's form.

    Attributes:
        name: The name that the configuration gives it, or would give it.
        kind: One of `RULES`.
        settings: Its settings, as `Layer.settings`.
        facts: What follows from them.
        entry: The layer of the configuration, for layers with weights.
    """

    name: str
    kind: str
    settings: dict[str, Any]
    facts: LayerFacts
    entry: Entry | None = None


def read_parts(entries: Sequence[Entry], input_shape: tuple[Any, ...]) -> list[Part]:
    """Return the layers in the app's form, the last two being the logits and a softmax.

    Args:
        entries: The layers of the configuration, in order.
        input_shape: The shape of the network's input.

    Raises:
        KerasFileError: The input is not an image of 28 × 28, the output is not ten values, or a
            setting is not supported.
        LayerError: A layer is not supported.
    """
    if input_shape not in INPUT_SHAPES:
        found = shorten(str(input_shape))
        raise KerasFileError(
            message(
                "The network takes an input of shape {found}; expected (28, 28, 1), (28, 28) or "
                "(784,), that is, images of 28 × 28 pixels. Choose another file.",
                found=found,
            )
        )
    used = [entry for entry in entries if read_kind(entry) not in TRAINING_ONLY]
    parts: list[Part] = []
    start = _skip_input(used, input_shape, parts)
    for entry in used[start:]:
        parts.extend(_read_layer(entry, _output_shape(parts), is_last=entry is used[-1]))
    _check_output(parts)
    if parts[-1].kind != SOFTMAX:
        parts.append(Part("probabilities", SOFTMAX, {}, LayerFacts((CLASSES,))))
    return parts


def _output_shape(parts: Sequence[Part]) -> tuple[int, ...]:
    return parts[-1].facts.output_shape if parts else INPUT_SHAPE


def _skip_input(entries: Sequence[Entry], shape: tuple[int, ...], parts: list[Part]) -> int:
    """Read the layers before the first that depends on the shape of the image.

    The network sees its pixels in another shape until a layer such as Flatten. These shapes differ
    by name only, since all hold the pixels row by row.

    Args:
        entries: The layers of the configuration.
        shape: The shape of the network's input, one of `INPUT_SHAPES`.
        parts: The layers so far; those that are read are added to it.

    Returns:
        How many entries were read.
    """
    for index, entry in enumerate(entries):
        kind = read_kind(entry)
        if kind == "Reshape":
            target = _find_target(entry)
            if target not in INPUT_SHAPES:
                raise KerasFileError(
                    message(
                        "The layer {name} reshapes the image to {target}; expected (28, 28, 1), "
                        "(28, 28) or (784,). Choose another file.",
                        name=quote(entry.name),
                        target=shorten(str(target)),
                    )
                )
            shape = target
        elif kind in ELEMENTWISE:
            parts.extend(_read_layer(entry, INPUT_SHAPE, is_last=False))
        elif kind == "Flatten" and shape == FLAT:
            continue
        else:
            if shape == FLAT:
                parts.append(Part("flatten", "Flatten", {}, LayerFacts(FLAT)))
            elif shape == PLAIN and kind != "Flatten":
                compute_facts(entry.name, kind, entry.settings, shape)  # raises the usual errors
                raise KerasFileError(
                    message(
                        "The layer {name} ({kind}) gets an image of 28 × 28 without a channel "
                        "axis, which the pages cannot show. Choose another file.",
                        name=quote(entry.name),
                        kind=kind,
                    )
                )
            return index
    return len(entries)


def _find_target(entry: Entry) -> tuple[int, ...]:
    target = tuple(int(length) for length in entry.settings["target_shape"])
    known = math.prod(length for length in target if length != -1)
    return tuple(FLAT[0] // max(1, known) if length == -1 else length for length in target)


def _without_target(entry: Entry) -> Entry:
    """Return a Reshape to one axis with the settings of a Flatten."""
    settings = {key: value for key, value in entry.settings.items() if key != "target_shape"}
    return replace(entry, settings=settings)


def _read_layer(entry: Entry, shape: tuple[int, ...], is_last: bool) -> Iterator[Part]:
    """Yield a layer, and after the last one the softmax that it includes."""
    kind = read_kind(entry)
    if kind == "Reshape" and len(entry.settings["target_shape"]) == 1:
        kind, entry = "Flatten", _without_target(entry)
    ends_in_softmax = is_last and read_activation(entry) == "softmax"
    if kind == "Activation" and ends_in_softmax:
        yield Part(entry.name, SOFTMAX, {}, compute_facts(entry.name, SOFTMAX, {}, shape))
        return
    if kind == "LeakyReLU":
        yield _read_leaky_relu(entry, shape)
        return
    if kind not in RULES:
        compute_facts(entry.name, kind, entry.settings, shape)  # raises an error that names it
    settings = read_settings(entry, kind, len(shape), ends_in_softmax)
    facts = compute_facts(entry.name, kind, settings, shape)
    yield Part(entry.name, kind, settings, facts, entry)
    if ends_in_softmax and facts.output_shape == (CLASSES,):
        yield Part("probabilities", SOFTMAX, {}, LayerFacts((CLASSES,)))


def _read_leaky_relu(entry: Entry, shape: tuple[int, ...]) -> Part:
    """Return a leaky ReLU as the activation of that name, which has a fixed slope."""
    slope = entry.settings.get("negative_slope", entry.settings.get("alpha"))  # Keras 3, 2
    if not isinstance(slope, float) or not math.isclose(slope, LEAKY_SLOPE, rel_tol=1e-6):
        raise KerasFileError(
            message(
                "The layer {name} is a LeakyReLU with the slope {slope}; the pages explain leaky "
                "ReLU with the slope {leaky_slope} alone, that of the activation “leaky_relu” in "
                "Keras. Choose another file.",
                name=quote(entry.name),
                slope=quote(slope),
                leaky_slope=LEAKY_SLOPE,
            )
        )
    settings = {"activation": "leaky_relu"}
    facts = compute_facts(entry.name, "Activation", settings, shape)
    return Part(entry.name, "Activation", settings, facts, entry)


def _check_output(parts: Sequence[Part]) -> None:
    """Check that the network ends in ten logits, with or without a softmax."""
    if _output_shape(parts) != (CLASSES,):
        found = shorten(str(_output_shape(parts)))
        raise KerasFileError(
            message(
                "The network gives an output of shape {found}; expected {classes} values, one per "
                "digit. Choose another file.",
                found=found,
                classes=CLASSES,
            )
        )
    logits = parts[-2] if parts[-1].kind == SOFTMAX and len(parts) > 1 else parts[-1]
    if logits.kind != "Dense" or logits.settings["activation"] != "linear":
        function = logits.settings.get("activation", "linear")
        raise KerasFileError(
            message(
                "The network computes its output with the layer {name} ({kind}, activation "
                "{function}); expected a Dense layer with {classes} units, with a softmax or "
                "without an activation. Choose another file.",
                name=quote(logits.name),
                kind=logits.kind,
                function=function,
                classes=CLASSES,
            )
        )
