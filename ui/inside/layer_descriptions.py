"""Descriptions of layers, with the numbers of the network at hand.

Each kind of layer has one function. The numbers come from
`mnist_core.interpretability`; a test compares every shape and count in the
sentences with the network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from mnist_core.inference.activation_functions import find_activation
from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.interpretability.receptive_fields import input_shape as find_input_shape
from mnist_core.interpretability.receptive_fields import reads_image
from mnist_core.messages import message
from ui.formatting import format_percent
from ui.inside.layer_description import (
    ACTIVATION_TITLES,
    NO_PARAMETERS,
    LayerDescription,
    describe_activation,
    describe_unchanged_shape,
)
from ui.inside.output_layer_descriptions import describe_dense, describe_softmax
from ui.inside.window_layer_descriptions import (
    describe_average_pooling,
    describe_convolution,
    describe_max_pooling,
)
from ui.language import _, join_sentences, localize

FILTERS_OF_IMAGE = message(
    "Each filter is a small pattern of weights that slides over the image. At each position, the "
    "weights are multiplied by the pixels under them and the products are summed: the filter’s "
    "feature map is bright where the pattern occurs."
)
POOLING = {"MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"}
REDUNDANT_BIAS = message(
    "They are not needed, because the batch normalization that follows adds a number to each map "
    "as well, beta."
)


def describe_layer(classifier: Classifier, layer: Layer) -> LayerDescription:
    """Describe a layer of a network; for an unknown kind, give only its numbers."""
    describe = DESCRIPTIONS.get(layer.kind, _describe_unknown)
    description = describe(layer, find_input_shape(classifier, layer))
    if layer.kind == "Conv2D" and reads_image(classifier, layer):
        description = replace(description, purpose=localize(FILTERS_OF_IMAGE))
    if layer.settings.get("use_bias") is False and _is_normalized(classifier, layer):
        parameters = join_sentences(description.parameters, REDUNDANT_BIAS)
        return replace(description, parameters=parameters)
    return description


def _is_normalized(classifier: Classifier, layer: Layer) -> bool:
    """Return whether a batch normalization follows whose shift makes a bias redundant.

    Pooling in between does not matter: it commutes with adding a number to a whole map.
    """
    if find_activation(layer.kind, layer.settings) != "linear":
        return False
    following = classifier.layers[classifier.layers.index(layer) + 1 :]
    kind = next((each.kind for each in following if each.kind not in POOLING), None)
    return kind == "BatchNormalization"


def _describe_normalization(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    maps, epsilon = input_shape[-1], layer.settings["epsilon"]
    momentum = layer.settings.get("momentum")
    return LayerDescription(
        title=_("Batch normalization"),
        purpose=_(
            "Each map is shifted and scaled so that its values stay within a common range. During "
            "training, the mean and the variance are those of the current batch, the few images "
            "of one training step. Now they are moving averages from training, so that each value "
            "is multiplied by one constant and another is added."
        ),
        settings=_(
            "To avoid division by zero, {epsilon:g} is added to each variance.", epsilon=epsilon
        )
        if momentum is None
        else _(
            "Each training step moved the averages by {step:.2g} of the difference (momentum "
            "{momentum:g}). To avoid division by zero, {epsilon:g} is added to each variance.",
            step=1 - momentum,
            momentum=momentum,
            epsilon=epsilon,
        ),
        shape=describe_unchanged_shape(layer),
        parameters=_(
            "Each map has a scale (gamma) and a shift (beta), which are learned, and a mean and a "
            "variance, which are measured: 4·{maps} = {parameters:,} parameters.",
            maps=maps,
            parameters=layer.parameters,
        ),
    )


def _describe_relu(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    return LayerDescription(
        title=_("ReLU activation"),
        purpose=_(
            "Negative values become 0, others do not change: max(0, x). Without a nonlinearity "
            "between them, such as this one or max pooling, several layers could compute no more "
            "than a single one."
        ),
        settings="",
        shape=describe_unchanged_shape(layer),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_activation_layer(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    name = ACTIVATION_TITLES.get(layer.settings["activation"])
    return LayerDescription(
        title=_("Activation")
        if name is None
        else _("{function} activation", function=localize(name)),
        purpose=_(
            "A nonlinear function is applied to each value. Without a nonlinearity between "
            "layers, such as this one or max pooling, they could compute no more than a single "
            "layer."
        ),
        settings=describe_activation(layer.settings["activation"]),
        shape=describe_unchanged_shape(layer),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_rescaling(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    scale, offset = layer.settings["scale"], layer.settings["offset"]
    return LayerDescription(
        title=_("Rescaling"),
        purpose=_(
            "The pixels are converted to the range on which the network was trained. This layer "
            "has fixed numbers and learns nothing."
        ),
        settings=_("Each pixel x becomes {scale:g} · x + {offset:g}.", scale=scale, offset=offset),
        shape=describe_unchanged_shape(layer),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_dropout(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    rate = layer.settings["rate"]
    return LayerDescription(
        title=_("Dropout"),
        purpose=_(
            "During training, a random part of the values is set to 0, a different part in each "
            "step, so that the network cannot rely on any single value. This reduces overfitting: "
            "memorizing the training images instead of learning what digits have in common. When "
            "the network classifies an image, as now, all values pass unchanged."
        ),
        settings=_("Rate 1: during training, all values are set to 0.")
        if rate == 1
        else _(
            "Rate {rate:g}: during training, {percent} of the values are set to 0, and the "
            "others are multiplied by 1 / (1 − {rate:g}) = {factor:.3g}, so that their sum "
            "stays about the same.",
            rate=rate,
            percent=format_percent(rate, 0),
            factor=1 / (1 - rate),
        ),
        shape=describe_unchanged_shape(layer),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_flatten(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    sizes = "·".join(f"{size:,}" for size in input_shape)
    return LayerDescription(
        title=_("Flatten"),
        purpose=_(
            "The maps are written as one long row of numbers, row by row; at each pixel, all maps "
            "in turn. The dense layer that follows takes numbers without rows and columns."
        ),
        settings="",
        shape=_("{sizes} = {count:,} numbers.", sizes=sizes, count=math.prod(input_shape)),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_global_average(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    height, width, maps = input_shape
    return LayerDescription(
        title=_("Global average pooling"),
        purpose=_(
            "Each map is replaced by its mean: how much of its pattern occurs anywhere in the "
            "image."
        ),
        settings="",
        shape=_(
            "Values per map before: {height}·{width} = {size:,}. One value per map after: "
            "{maps:,}.",
            height=height,
            width=width,
            size=height * width,
            maps=maps,
        ),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_unknown(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    output = format_shape(layer.output_shape)
    return LayerDescription(
        title=layer.kind,
        purpose=_("This app does not describe layers of the kind {kind} yet.", kind=layer.kind),
        settings=_("Its settings are not described here."),
        shape=_(
            "Its input has the shape {input_shape}, its output {output}.",
            input_shape=format_shape(input_shape),
            output=output,
        ),
        parameters=_("Number of parameters: {parameters:,}.", parameters=layer.parameters),
    )


DESCRIPTIONS: dict[str, Callable[[Layer, tuple[int, ...]], LayerDescription]] = {
    "Conv2D": describe_convolution,
    "MaxPooling2D": describe_max_pooling,
    "AveragePooling2D": describe_average_pooling,
    "GlobalAveragePooling2D": _describe_global_average,
    "BatchNormalization": _describe_normalization,
    "ReLU": _describe_relu,
    "Activation": _describe_activation_layer,
    "Dropout": _describe_dropout,
    "Rescaling": _describe_rescaling,
    "Flatten": _describe_flatten,
    "Dense": describe_dense,
    "Softmax": describe_softmax,
}
