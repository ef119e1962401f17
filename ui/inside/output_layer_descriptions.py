"""Descriptions of the layers that answer: dense layers and softmax."""

import math

from mnist_core.inference.classifier import Layer
from ui.inside.layer_description import (
    NO_PARAMETERS,
    LayerDescription,
    describe_activation,
    describe_unchanged_shape,
)
from ui.language import _, localize


def describe_dense(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe a dense layer, given the shape of its input."""
    units, inputs = layer.settings["units"], math.prod(input_shape)
    activation = describe_activation(layer.settings["activation"])
    return LayerDescription(
        title=_("Dense layer"),
        purpose=_describe_logits(inputs) if layer.name == "logits" else _describe_units(inputs),
        settings=_("Units: {units:,}. {activation}", units=units, activation=activation),
        shape=_("One number per unit: {units:,}.", units=units),
        parameters=(
            _(
                "{inputs:,}·{units:,} weights and {units:,} biases: {parameters:,} parameters.",
                inputs=inputs,
                units=units,
                parameters=layer.parameters,
            )
            if layer.settings["use_bias"]
            else _(
                "{inputs:,}·{units:,} weights and no bias: {parameters:,} parameters.",
                inputs=inputs,
                units=units,
                parameters=layer.parameters,
            )
        ),
    )


def _describe_units(inputs: int) -> str:
    return _(
        "Each unit computes a weighted sum of all {inputs:,} numbers of the previous layer: it "
        "measures one property of the whole image.",
        inputs=inputs,
    )


def _describe_logits(inputs: int) -> str:
    return _(
        "One unit per digit computes a weighted sum of all {inputs:,} numbers of the previous "
        "layer. Each sum is that digit’s score, its logit: the higher, the more probable the "
        "digit.",
        inputs=inputs,
    )


def describe_softmax(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe a softmax, given the shape of its input."""
    return LayerDescription(
        title=_("Softmax"),
        purpose=_(
            "Each logit x becomes eˣ, and each eˣ is divided by the sum of all ten. The results "
            "are ten probabilities that add up to 1. A logit that is higher by 1 than another has "
            "e ≈ 2.72 times its probability."
        ),
        settings="",
        shape=describe_unchanged_shape(layer),
        parameters=localize(NO_PARAMETERS),
    )
