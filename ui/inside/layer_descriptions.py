"""What a layer does, in sentences that hold this network's own numbers.

Each kind of layer has one function. The numbers come from
`mnist_core.interpretability.layer_arithmetic`, and a test holds every shape and count in the
sentences to what the network really has.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.interpretability.layer_arithmetic import count_multiplications, input_shape
from ui.formatting import format_percent, format_shape
from ui.inside.layer_description import LayerDescription, format_activation
from ui.inside.window_layer_descriptions import (
    describe_average_pooling,
    describe_convolution,
    describe_max_pooling,
)


def describe_layer(classifier: Classifier, layer: Layer) -> LayerDescription:
    """Put a layer of a network into words; one of an unknown kind gets its bare numbers."""
    describe = DESCRIPTIONS.get(layer.kind, _describe_unknown)
    return describe(layer, input_shape(classifier, layer))


def describe_work(classifier: Classifier, layer: Layer, seconds: dict[str, float]) -> str:
    """Say how much a layer multiplies, and which part of the network's time that takes.

    Args:
        classifier: The network.
        layer: One of its layers.
        seconds: What `mnist_core.interpretability.layer_profiler.measure_layers` gave.
    """
    all_time = sum(seconds.values())
    time = (
        f"{seconds[layer.name] * 1e6:,.1f} µs an image on this machine, "
        f"{format_percent(seconds[layer.name] / all_time)} of the network’s "
        f"{all_time * 1e6:,.0f} µs."
    )
    own = count_multiplications(classifier, layer)
    if own == 0:
        return time
    total = sum(count_multiplications(classifier, each) for each in classifier.layers)
    return (
        f"{time} It multiplies {own:,} times, {format_percent(own / total)} of all multiplications."
    )


def describe_parameters(classifier: Classifier) -> str:
    """Say where all the parameters of a network come from, layer by layer."""
    parts = [
        f"{layer.parameters:,} ({layer.name})" for layer in classifier.layers if layer.parameters
    ]
    return f"{' + '.join(parts)} = {classifier.parameters:,} parameters."


def _describe_normalization(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    maps = received[-1]
    return LayerDescription(
        title="Batch normalization",
        purpose=(
            "Each map is shifted and scaled so that its values keep to a common range. In "
            "training the mean and the variance come from the current batch, the handful of "
            "images learnt from in one step; now they are the averages kept from training, so "
            "that each value is just multiplied by one number and another is added."
        ),
        settings=(
            f"The kept averages moved by {1 - layer.settings['momentum']:.2g} of the difference a "
            f"step (momentum {layer.settings['momentum']:g}); {layer.settings['epsilon']:g} is "
            "added to each variance against division by zero."
        ),
        shape=f"Nothing moves: {format_shape(layer.output_shape)} as before.",
        parameters=(
            f"Each of the {maps} maps has a scale (gamma) and a shift (beta), which are learnt, "
            f"and a mean and a variance, which are measured: 4·{maps} = {layer.parameters:,} "
            "parameters."
        ),
    )


def _describe_relu(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    return LayerDescription(
        title="ReLU activation",
        purpose=(
            "Everything below zero becomes zero, the rest stays: max(0, x). Without such a bend "
            "between them, all the layers together could do no more than a single one."
        ),
        settings="",
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_activation(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    return LayerDescription(
        title="Activation",
        purpose="Every value is bent by a fixed function, so that more layers can do more.",
        settings=format_activation(layer.settings["activation"]),
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_dropout(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    rate = layer.settings["rate"]
    return LayerDescription(
        title="Dropout",
        purpose=(
            "In training a random part of the values is set to zero, each step another one, so "
            "that the network cannot lean on any single value. It works against overfitting: "
            "learning the training images by heart instead of what digits have in common. Now, "
            "when it answers, dropout lets everything through."
        ),
        settings=(
            f"A rate of {rate:g}: in training {format_percent(rate, 0)} of the values are dropped, "
            f"and those kept are multiplied by 1 / (1 − {rate:g}) = {1 / (1 - rate):.3g}, so that "
            "their sum stays about the same."
        ),
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_flatten(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    return LayerDescription(
        title="Flatten",
        purpose=(
            "The maps are read out into one long row of numbers, place by place and at each "
            "place map by map, since the dense layer behind it knows no rows and columns."
        ),
        settings="",
        shape=(f"{'·'.join(f'{size:,}' for size in received)} = {math.prod(received):,} numbers."),
        parameters="There is nothing to learn in it.",
    )


def _describe_global_average(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    height, width, maps = received
    return LayerDescription(
        title="Global average pooling",
        purpose="Each map is replaced by its mean: how much of its pattern there is anywhere.",
        settings="",
        shape=(f"{height}·{width} = {height * width:,} values a map become one: {maps:,} numbers."),
        parameters="There is nothing to learn in it.",
    )


def _describe_dense(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    units, inputs = layer.settings["units"], math.prod(received)
    purpose = (
        f"Each of the {units:,} units weighs all {inputs:,} numbers of the layer before and adds "
        "them up: it asks one question of the whole image."
    )
    if layer.name == "logits":
        purpose = (
            f"One unit a digit weighs all {inputs:,} numbers of the layer before. Each sum is that "
            "digit’s score, its logit: the higher, the more speaks for the digit."
        )
    biased = layer.settings["use_bias"]
    return LayerDescription(
        title="Dense layer",
        purpose=purpose,
        settings=f"{units:,} units. {format_activation(layer.settings['activation'])}",
        shape=f"One number a unit: {units:,}.",
        parameters=(
            f"{inputs:,}·{units:,} weights and {units:,} biases: {layer.parameters:,} parameters."
            if biased
            else f"{inputs:,}·{units:,} weights and no bias: {layer.parameters:,} parameters."
        ),
    )


def _describe_softmax(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    return LayerDescription(
        title="Softmax",
        purpose=(
            "Each logit x becomes eˣ, and all are divided by their sum: ten probabilities that "
            "add up to one. A logit that is higher by 1 than another has e ≈ 2.72 times its "
            "probability."
        ),
        settings="",
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_unknown(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    return LayerDescription(
        title=layer.kind,
        purpose=f"This app has no words yet for layers of the kind {layer.kind}.",
        settings="Its settings are not explained here.",
        shape=(f"It makes {format_shape(layer.output_shape)} out of {format_shape(received)}."),
        parameters=f"It has {layer.parameters:,} parameters.",
    )


DESCRIPTIONS: dict[str, Callable[[Layer, tuple[int, ...]], LayerDescription]] = {
    "Conv2D": describe_convolution,
    "MaxPooling2D": describe_max_pooling,
    "AveragePooling2D": describe_average_pooling,
    "GlobalAveragePooling2D": _describe_global_average,
    "BatchNormalization": _describe_normalization,
    "ReLU": _describe_relu,
    "Activation": _describe_activation,
    "Dropout": _describe_dropout,
    "Flatten": _describe_flatten,
    "Dense": _describe_dense,
    "Softmax": _describe_softmax,
}
