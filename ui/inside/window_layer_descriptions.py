"""Descriptions of the layers that slide a window: convolution and pooling."""

from mnist_core.inference.classifier import Layer
from mnist_core.interpretability.receptive_fields import Axis, window_axes
from ui.formatting import format_shape
from ui.inside.layer_description import NO_PARAMETERS, LayerDescription, describe_activation


def describe_convolution(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe a convolution, given the shape of its input."""
    settings = layer.settings
    height, width = settings["kernel_size"]
    filters, channels = settings["filters"], input_shape[-1]
    down, across = window_axes(layer, input_shape)
    return LayerDescription(
        title="Convolution",
        purpose=_describe_filters(channels),
        settings=" ".join(
            [
                f"Filters: {filters}. Kernel: {height} × {width} weights per input map.",
                _describe_strides(layer),
                _describe_padding(down, across, "The added cells are 0."),
                describe_activation(settings["activation"]),
            ]
        ),
        shape=" ".join(
            [
                _describe_positions(down, across),
                f"Each filter computes one map: {format_shape(layer.output_shape)}.",
            ]
        ),
        parameters=_describe_weights(
            f"{height}·{width}·{channels}",
            height * width * channels,
            filters,
            layer.parameters,
            settings["use_bias"],
        ),
    )


def describe_max_pooling(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe a max pooling, given the shape of its input."""
    return _describe_pooling(
        layer,
        input_shape,
        title="Max pooling",
        purpose=(
            "Only the largest value of each window is kept: that a pattern occurs matters more "
            "than its exact position. Each map is pooled separately."
        ),
    )


def describe_average_pooling(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe an average pooling, given the shape of its input."""
    return _describe_pooling(
        layer,
        input_shape,
        title="Average pooling",
        purpose="Each window is replaced by its mean. Each map is pooled separately.",
    )


def _describe_pooling(
    layer: Layer, input_shape: tuple[int, ...], title: str, purpose: str
) -> LayerDescription:
    height, width = layer.settings["pool_size"]
    down, across = window_axes(layer, input_shape)
    return LayerDescription(
        title=title,
        purpose=purpose,
        settings=" ".join(
            [
                f"Window: {height} × {width}.",
                _describe_strides(layer),
                _describe_padding(down, across, "The added cells are ignored."),
            ]
        ),
        shape=" ".join(
            [
                _describe_positions(down, across),
                f"The number of maps stays {input_shape[-1]}: {format_shape(layer.output_shape)}.",
                _describe_other_stride(down, across),
            ]
        ),
        parameters=NO_PARAMETERS,
    )


def _describe_filters(channels: int) -> str:
    if channels == 1:
        return (
            "Each filter is a small pattern of weights that slides over the image. At each "
            "position, the weights are multiplied by the pixels under them and the products are "
            "summed: the filter’s feature map is bright where the pattern occurs."
        )
    return (
        "Each filter is a small pattern of weights that slides over all "
        f"{channels} feature maps of the previous layer at once. At each position, the weights "
        "are multiplied by the values under them and the products are summed: the filter’s "
        "feature map is bright where the pattern occurs."
    )


def _describe_weights(formula: str, size: int, filters: int, parameters: int, biased: bool) -> str:
    if biased:
        return (
            f"The kernel size is {formula} = {size:,}. With one bias per filter, that makes "
            f"({formula} + 1) · {filters} = {parameters:,} parameters."
        )
    return (
        f"The kernel size is {formula} = {size:,}. Without biases, that makes "
        f"{formula}·{filters} = {parameters:,} parameters."
    )


def _describe_strides(layer: Layer) -> str:
    down, across = layer.settings["strides"]
    if down == across == 1:
        return "Stride 1: the window moves one cell at a time."
    if down == across:
        return f"Stride {down}: the window moves {down} cells at a time."
    return f"Stride: {down} down and {across} across."


def _describe_padding(down: Axis, across: Axis, filling: str) -> str:
    """Describe how many cells are added at the edges, then how they are filled."""
    if not any((down.before, down.after, across.before, across.after)):
        return "No padding: the window never leaves the map."
    sizes = (
        f"Padding “same” adds cells at the edges: top {down.before}, bottom {down.after}, "
        f"left {across.before}, right {across.after}."
    )
    return f"{sizes} {filling}"


def _describe_positions(down: Axis, across: Axis) -> str:
    if down == across:
        text = (
            f"Window positions in each direction: {_format_positions(down)}. "
            f"So {down.size} × {down.size} becomes {down.positions} × {down.positions}."
        )
    else:
        text = (
            f"Window positions down: {_format_positions(down)}, across: "
            f"{_format_positions(across)}. "
            f"So {down.size} × {across.size} becomes {down.positions} × {across.positions}."
        )
    return " ".join([text, *_describe_dropped(down, across)])


def _describe_dropped(down: Axis, across: Axis) -> list[str]:
    """Return a sentence on the rows and columns at the end that no window reaches, if any."""
    rows, columns = _count_dropped(down), _count_dropped(across)
    if not rows and not columns:
        return []
    if rows == columns == 1:
        return ["The last row and the last column are dropped, because no window reaches them."]
    if rows == columns:
        return [f"The last {rows} rows and columns are dropped, because no window reaches them."]
    return [f"No window reaches the end, so some are dropped: rows {rows}, columns {columns}."]


def _count_dropped(axis: Axis) -> int:
    covered = (axis.positions - 1) * axis.stride + axis.window
    return max(0, axis.size + axis.before + axis.after - covered)


def _describe_other_stride(down: Axis, across: Axis) -> str:
    other = 2 if down.stride == 1 else 1
    rows = Axis(down.size, down.window, other, 0, 0).positions
    columns = Axis(across.size, across.window, other, 0, 0).positions
    return f"Without padding and with a stride of {other} it would be {rows} × {columns}."


def _format_positions(axis: Axis) -> str:
    """Write the number of window positions as a formula, such as "28 − 3 + 1 = 26"."""
    padding = axis.before + axis.after
    size = f"{axis.size} + {padding}" if padding else f"{axis.size}"
    steps = f"{size} − {axis.window}"
    if axis.stride > 1:
        steps = f"({steps}) / {axis.stride}"
        if (axis.size + padding - axis.window) % axis.stride:
            steps = f"⌊{steps}⌋"
    return f"{steps} + 1 = {axis.positions}"
