"""What a layer does, in sentences that hold this network's own numbers.

Each kind of layer has one function. The numbers come from `mnist_core.arithmetic`, and a test
holds every shape and count in the sentences to what the network really has.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from mnist_core.arithmetic import Axis, count_multiplications, input_shape, window_axes
from mnist_core.classifier import Classifier, Layer


@dataclass(frozen=True)
class Words:
    """A layer in words.

    title: the standard term. purpose: what such a layer does. settings: what its settings mean
    here, empty where it has none. shape: why its output has this shape. parameters: where its
    parameters come from.
    """

    title: str
    purpose: str
    settings: str
    shape: str
    parameters: str


def describe_layer(classifier: Classifier, layer: Layer) -> Words:
    """Put a layer of a network into words; one of an unknown kind gets its bare numbers."""
    describe = DESCRIPTIONS.get(layer.kind, _describe_unknown)
    return describe(layer, input_shape(classifier, layer))


def describe_work(classifier: Classifier, layer: Layer, seconds: dict[str, float]) -> str:
    """Say how much a layer multiplies, and which part of the network's time that takes.

    Args:
        classifier: The network.
        layer: One of its layers.
        seconds: What `mnist_core.timing.measure_layers` gave.
    """
    all_time = sum(seconds.values())
    time = (
        f"{seconds[layer.name] * 1e6:,.1f} µs an image on this machine, "
        f"{seconds[layer.name] / all_time:.1%} of the network’s {all_time * 1e6:,.0f} µs."
    )
    own = count_multiplications(classifier, layer)
    if own == 0:
        return time
    total = sum(count_multiplications(classifier, each) for each in classifier.layers)
    return f"{time} It multiplies {own:,} times, {own / total:.1%} of all multiplications."


def describe_parameters(classifier: Classifier) -> str:
    """Say where all the parameters of a network come from, layer by layer."""
    parts = [
        f"{layer.parameters:,} ({layer.name})" for layer in classifier.layers if layer.parameters
    ]
    return f"{' + '.join(parts)} = {classifier.parameters:,} parameters."


def format_shape(shape: tuple[int, ...]) -> str:
    """Write a shape as "26 × 26 × 32"."""
    return " × ".join(f"{size:,}" for size in shape)


def _describe_convolution(layer: Layer, received: tuple[int, ...]) -> Words:
    settings = layer.settings
    height, width = settings["kernel_size"]
    filters, channels = settings["filters"], received[-1]
    below = (
        "the image" if channels == 1 else f"all {channels} feature maps below it at the same time"
    )
    down, across = window_axes(layer, received)
    biased = settings["use_bias"]
    weights = f"{height}·{width}·{channels}"
    return Words(
        title="Convolution",
        purpose=(
            f"Each of the {filters} filters is a small pattern of weights that slides over "
            f"{below}. At every place the weights are multiplied with what lies under them and "
            "the products are summed: where the pattern is found, the filter’s feature map is "
            "bright."
        ),
        settings=(
            f"{filters} filters with a kernel of {height} × {width} weights a map. "
            f"{_say_strides(layer)} {_say_padding(down, across, 'zeros')} "
            f"{_say_activation(settings['activation'])}"
        ),
        shape=(
            f"{_say_positions(down, across)} Each of the {filters} filters makes one map: "
            f"{format_shape(layer.output_shape)}."
        ),
        parameters=(
            f"A filter has {weights} = {height * width * channels:,} weights"
            + (
                f" and one bias: ({weights} + 1) · {filters} = {layer.parameters:,} parameters."
                if biased
                else f" and no bias: {weights}·{filters} = {layer.parameters:,} parameters."
            )
        ),
    )


def _describe_max_pooling(layer: Layer, received: tuple[int, ...]) -> Words:
    return _describe_pooling(
        layer,
        received,
        title="Max pooling",
        purpose=(
            "Of every window only the largest value is kept: that a pattern was found matters "
            "more than its exact place. Each map is pooled by itself."
        ),
    )


def _describe_average_pooling(layer: Layer, received: tuple[int, ...]) -> Words:
    return _describe_pooling(
        layer,
        received,
        title="Average pooling",
        purpose="Every window is replaced by its mean. Each map is pooled by itself.",
    )


def _describe_pooling(layer: Layer, received: tuple[int, ...], title: str, purpose: str) -> Words:
    height, width = layer.settings["pool_size"]
    down, across = window_axes(layer, received)
    other = 2 if down.stride == 1 else 1
    if_down = Axis(down.size, down.window, other, 0, 0).positions
    if_across = Axis(across.size, across.window, other, 0, 0).positions
    alternative = (
        f" Without padding and with a stride of {other} it would be {if_down} × {if_across}."
    )
    return Words(
        title=title,
        purpose=purpose,
        settings=(
            f"A window of {height} × {width}. {_say_strides(layer)} "
            f"{_say_padding(down, across, 'cells')}"
        ),
        shape=(
            f"{_say_positions(down, across)} The {received[-1]} maps remain: "
            f"{format_shape(layer.output_shape)}.{alternative}"
        ),
        parameters="There is nothing to learn in it.",
    )


def _describe_normalization(layer: Layer, received: tuple[int, ...]) -> Words:
    maps = received[-1]
    return Words(
        title="Batch normalisation",
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


def _describe_relu(layer: Layer, received: tuple[int, ...]) -> Words:
    return Words(
        title="ReLU activation",
        purpose=(
            "Everything below zero becomes zero, the rest stays: max(0, x). Without such a bend "
            "between them, all the layers together could do no more than a single one."
        ),
        settings="",
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_activation(layer: Layer, received: tuple[int, ...]) -> Words:
    return Words(
        title="Activation",
        purpose="Every value is bent by a fixed function, so that more layers can do more.",
        settings=_say_activation(layer.settings["activation"]),
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_dropout(layer: Layer, received: tuple[int, ...]) -> Words:
    rate = layer.settings["rate"]
    return Words(
        title="Dropout",
        purpose=(
            "In training a random part of the values is set to zero, each step another one, so "
            "that the network cannot lean on any single value. It works against overfitting: "
            "learning the training images by heart instead of what digits have in common. Now, "
            "when it answers, dropout lets everything through."
        ),
        settings=(
            f"A rate of {rate:g}: in training {rate:.0%} of the values are dropped, and those kept "
            f"are multiplied by 1 / (1 − {rate:g}) = {1 / (1 - rate):.3g}, so that their sum stays "
            "about the same."
        ),
        shape=f"Every value keeps its place: {format_shape(layer.output_shape)} as before.",
        parameters="There is nothing to learn in it.",
    )


def _describe_flatten(layer: Layer, received: tuple[int, ...]) -> Words:
    return Words(
        title="Flatten",
        purpose=(
            "The maps are read out into one long row of numbers, place by place and at each "
            "place map by map, since the dense layer behind it knows no rows and columns."
        ),
        settings="",
        shape=(f"{'·'.join(f'{size:,}' for size in received)} = {math.prod(received):,} numbers."),
        parameters="There is nothing to learn in it.",
    )


def _describe_global_average(layer: Layer, received: tuple[int, ...]) -> Words:
    height, width, maps = received
    return Words(
        title="Global average pooling",
        purpose="Each map is replaced by its mean: how much of its pattern there is anywhere.",
        settings="",
        shape=(f"{height}·{width} = {height * width:,} values a map become one: {maps:,} numbers."),
        parameters="There is nothing to learn in it.",
    )


def _describe_dense(layer: Layer, received: tuple[int, ...]) -> Words:
    units, inputs = layer.settings["units"], math.prod(received)
    purpose = (
        f"Each of the {units:,} units weighs all {inputs:,} numbers below it and adds them up: it "
        "asks one question of the whole image."
    )
    if layer.name == "logits":
        purpose = (
            f"One unit a digit weighs all {inputs:,} numbers below it. Each sum is that digit’s "
            "score, its logit: the higher, the more speaks for the digit."
        )
    biased = layer.settings["use_bias"]
    return Words(
        title="Dense layer",
        purpose=purpose,
        settings=f"{units:,} units. {_say_activation(layer.settings['activation'])}",
        shape=f"One number a unit: {units:,}.",
        parameters=(
            f"{inputs:,}·{units:,} weights and {units:,} biases: {layer.parameters:,} parameters."
            if biased
            else f"{inputs:,}·{units:,} weights and no bias: {layer.parameters:,} parameters."
        ),
    )


def _describe_softmax(layer: Layer, received: tuple[int, ...]) -> Words:
    return Words(
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


def _describe_unknown(layer: Layer, received: tuple[int, ...]) -> Words:
    return Words(
        title=layer.kind,
        purpose=f"This app has no words yet for layers of the kind {layer.kind}.",
        settings="Its settings are not explained here.",
        shape=(f"It makes {format_shape(layer.output_shape)} out of {format_shape(received)}."),
        parameters=f"It has {layer.parameters:,} parameters.",
    )


DESCRIPTIONS: dict[str, Callable[[Layer, tuple[int, ...]], Words]] = {
    "Conv2D": _describe_convolution,
    "MaxPooling2D": _describe_max_pooling,
    "AveragePooling2D": _describe_average_pooling,
    "GlobalAveragePooling2D": _describe_global_average,
    "BatchNormalization": _describe_normalization,
    "ReLU": _describe_relu,
    "Activation": _describe_activation,
    "Dropout": _describe_dropout,
    "Flatten": _describe_flatten,
    "Dense": _describe_dense,
    "Softmax": _describe_softmax,
}


def _say_strides(layer: Layer) -> str:
    down, across = layer.settings["strides"]
    if down == across == 1:
        return "Strides of 1: the window moves one cell at a time."
    if down == across:
        return f"Strides of {down}: the window moves {down} cells at a time."
    return f"Strides of {down} down and {across} across."


def _say_padding(down: Axis, across: Axis, filling: str) -> str:
    if not any((down.before, down.after, across.before, across.after)):
        return "No padding: the window never leaves the map."
    if down == across:
        return (
            f"Padding “same”: at the edges, {filling} are added, {down.before} deep before the "
            f"map and {down.after} deep after it, down as well as across."
        )
    return (
        f"Padding “same”: at the edges, {filling} are added, {down.before} deep above, "
        f"{down.after} below, {across.before} to the left and {across.after} to the right."
    )


def _say_activation(activation: str) -> str:
    if activation == "relu":
        return "Activation ReLU: what is below zero becomes zero."
    if activation == "linear":
        return "No activation: the sums are passed on as they are."
    return f"Activation {activation}."


def _say_positions(down: Axis, across: Axis) -> str:
    if down == across:
        return (
            f"{_say_axis(down)} So {down.size} × {down.size} becomes "
            f"{down.positions} × {down.positions}."
        )
    return (
        f"Down: {_say_axis(down)} Across: {_say_axis(across)} So {down.size} × {across.size} "
        f"becomes {down.positions} × {across.positions}."
    )


def _say_axis(axis: Axis) -> str:
    padded = axis.size + axis.before + axis.after
    room = f"{axis.size} + {axis.before + axis.after}" if padded > axis.size else f"{axis.size}"
    steps = f"{room} − {axis.window}"
    if axis.stride > 1:
        steps = f"({steps}) / {axis.stride}"
        if (padded - axis.window) % axis.stride:
            steps = f"⌊{steps}⌋"
    return (
        f"A window of {axis.window} fits into {room} cells at {steps} + 1 = {axis.positions} "
        "places."
    )
