"""Layers that slide a window, in sentences: convolution and pooling."""

from mnist_core.inference.classifier import Layer
from mnist_core.interpretability.layer_arithmetic import Axis, window_axes
from ui.formatting import format_count, format_shape
from ui.inside.layer_description import LayerDescription, format_activation


def describe_convolution(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    """Put a convolution into words, given the shape of what it receives."""
    settings = layer.settings
    height, width = settings["kernel_size"]
    filters, channels = settings["filters"], received[-1]
    slides = (
        f"Each of the {filters} filters is a small pattern of weights that slides over the image."
        if channels == 1
        else f"Each of the {filters} filters is a small pattern of weights that slides over all "
        f"{channels} feature maps of the layer before at the same time."
    )
    down, across = window_axes(layer, received)
    weights = f"{height}·{width}·{channels}"
    return LayerDescription(
        title="Convolution",
        purpose=(
            f"{slides} At every place the weights are multiplied with what lies under them and "
            "the products are summed: where the pattern is found, the filter’s feature map is "
            "bright."
        ),
        settings=(
            f"{filters} filters with a kernel of {height} × {width} weights a map. "
            f"{_say_strides(layer)} {_say_padding(down, across, 'zeros')} "
            f"{format_activation(settings['activation'])}"
        ),
        shape=(
            f"{_say_positions(down, across)} Each of the {filters} filters makes one map: "
            f"{format_shape(layer.output_shape)}."
        ),
        parameters=(
            f"A filter has {weights} = {height * width * channels:,} weights and one bias: "
            f"({weights} + 1) · {filters} = {layer.parameters:,} parameters."
            if settings["use_bias"]
            else f"A filter has {weights} = {height * width * channels:,} weights and no bias: "
            f"{weights}·{filters} = {layer.parameters:,} parameters."
        ),
    )


def describe_max_pooling(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    """Put a max pooling into words, given the shape of what it receives."""
    return _describe_pooling(
        layer,
        received,
        title="Max pooling",
        purpose=(
            "Of every window only the largest value is kept: that a pattern was found matters "
            "more than its exact place. Each map is pooled by itself."
        ),
    )


def describe_average_pooling(layer: Layer, received: tuple[int, ...]) -> LayerDescription:
    """Put an average pooling into words, given the shape of what it receives."""
    return _describe_pooling(
        layer,
        received,
        title="Average pooling",
        purpose="Every window is replaced by its mean. Each map is pooled by itself.",
    )


def _describe_pooling(
    layer: Layer, received: tuple[int, ...], title: str, purpose: str
) -> LayerDescription:
    height, width = layer.settings["pool_size"]
    down, across = window_axes(layer, received)
    other = 2 if down.stride == 1 else 1
    if_down = Axis(down.size, down.window, other, 0, 0).positions
    if_across = Axis(across.size, across.window, other, 0, 0).positions
    alternative = (
        f" Without padding and with a stride of {other} it would be {if_down} × {if_across}."
    )
    return LayerDescription(
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


def _say_positions(down: Axis, across: Axis) -> str:
    if down == across:
        return (
            f"{_say_axis(down, 'wide')} So {down.size} × {down.size} becomes "
            f"{down.positions} × {down.positions}."
        )
    return (
        f"{_say_axis(down, 'high')} {_say_axis(across, 'wide')} So {down.size} × {across.size} "
        f"becomes {down.positions} × {across.positions}."
    )


def _say_axis(axis: Axis, extent: str) -> str:
    padded = axis.size + axis.before + axis.after
    room = f"{axis.size} + {axis.before + axis.after}" if padded > axis.size else f"{axis.size}"
    steps = f"{room} − {axis.window}"
    if axis.stride > 1:
        steps = f"({steps}) / {axis.stride}"
        if (padded - axis.window) % axis.stride:
            steps = f"⌊{steps}⌋"
    return (
        f"A window {format_count(axis.window, 'cell')} {extent} fits into {room} cells at "
        f"{steps} + 1 = {format_count(axis.positions, 'place')}."
    )
