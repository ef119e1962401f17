"""Descriptions of the layers that slide a window: convolution and pooling."""

from mnist_core.inference.classifier import Layer
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.interpretability.receptive_fields import Axis, window_axes
from ui.inside.layer_description import NO_PARAMETERS, LayerDescription, describe_activation
from ui.language import _, join_sentences, localize


def describe_convolution(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe a convolution, given the shape of its input."""
    settings = layer.settings
    height, width = settings["kernel_size"]
    filters, channels = settings["filters"], input_shape[-1]
    down, across = window_axes(layer, input_shape)
    return LayerDescription(
        title=_("Convolution"),
        purpose=_describe_filters(channels),
        settings=join_sentences(
            _(
                "Filters: {filters}. Kernel: {height} × {width} weights per input map.",
                filters=filters,
                height=height,
                width=width,
            ),
            _describe_strides(layer),
            _describe_padding(down, across, _("The added cells are 0.")),
            describe_activation(settings["activation"]),
        ),
        shape=join_sentences(
            _describe_positions(down, across),
            _(
                "Each filter computes one map: {shape}.",
                shape=format_shape(layer.output_shape),
            ),
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
        title=_("Max pooling"),
        purpose=_(
            "Only the largest value of each window is kept: that a pattern occurs matters more "
            "than its exact position. Each map is pooled separately."
        ),
    )


def describe_average_pooling(layer: Layer, input_shape: tuple[int, ...]) -> LayerDescription:
    """Describe an average pooling, given the shape of its input."""
    return _describe_pooling(
        layer,
        input_shape,
        title=_("Average pooling"),
        purpose=_("Each window is replaced by its mean. Each map is pooled separately."),
    )


def _describe_pooling(
    layer: Layer, input_shape: tuple[int, ...], title: str, purpose: str
) -> LayerDescription:
    height, width = layer.settings["pool_size"]
    down, across = window_axes(layer, input_shape)
    return LayerDescription(
        title=title,
        purpose=purpose,
        settings=join_sentences(
            _("Window: {height} × {width}.", height=height, width=width),
            _describe_strides(layer),
            _describe_padding(down, across, _("The added cells are ignored.")),
        ),
        shape=join_sentences(
            _describe_positions(down, across),
            _(
                "The number of maps stays {maps}: {shape}.",
                maps=input_shape[-1],
                shape=format_shape(layer.output_shape),
            ),
            _describe_other_stride(down, across),
        ),
        parameters=localize(NO_PARAMETERS),
    )


def _describe_filters(channels: int) -> str:
    if channels == 1:
        return _(
            "Each filter is a small pattern of weights that slides over the feature map of the "
            "previous layer. At each position, the weights are multiplied by the values under them "
            "and the products are summed: the filter’s feature map is bright where the pattern "
            "occurs."
        )
    return _(
        "Each filter is a small pattern of weights that slides over all {channels} feature maps "
        "of the previous layer at once. At each position, the weights are multiplied by the "
        "values under them and the products are summed: the filter’s feature map is bright where "
        "the pattern occurs.",
        channels=channels,
    )


def _describe_weights(formula: str, size: int, filters: int, parameters: int, biased: bool) -> str:
    if biased:
        return _(
            "The kernel size is {formula} = {size:,}. With one bias per filter, that makes "
            "({formula} + 1) · {filters} = {parameters:,} parameters.",
            formula=formula,
            size=size,
            filters=filters,
            parameters=parameters,
        )
    return _(
        "The kernel size is {formula} = {size:,}. Without biases, that makes {formula}·{filters} "
        "= {parameters:,} parameters.",
        formula=formula,
        size=size,
        filters=filters,
        parameters=parameters,
    )


def _describe_strides(layer: Layer) -> str:
    down, across = layer.settings["strides"]
    if down == across == 1:
        return _("Stride 1: the window moves one cell at a time.")
    if down == across:
        return _("Stride {down}: the window moves {down} cells at a time.", down=down)
    return _("Stride: {down} down and {across} across.", down=down, across=across)


def _describe_padding(down: Axis, across: Axis, filling: str) -> str:
    """Describe how many cells are added at the edges, then how they are filled."""
    if not any((down.before, down.after, across.before, across.after)):
        return _("No padding: the window never leaves the map.")
    sizes = _(
        "Padding “same” adds cells at the edges: top {top}, bottom {bottom}, left {left}, right "
        "{right}.",
        top=down.before,
        bottom=down.after,
        left=across.before,
        right=across.after,
    )
    return join_sentences(sizes, filling)


def _describe_positions(down: Axis, across: Axis) -> str:
    if down == across:
        text = _(
            "Window positions in each direction: {formula}. So {size} × {size} becomes "
            "{positions} × {positions}.",
            formula=_format_positions(down),
            size=down.size,
            positions=down.positions,
        )
    else:
        text = _(
            "Window positions down: {rows_formula}, across: {columns_formula}. So {height} × "
            "{width} becomes {rows} × {columns}.",
            rows_formula=_format_positions(down),
            columns_formula=_format_positions(across),
            height=down.size,
            width=across.size,
            rows=down.positions,
            columns=across.positions,
        )
    return join_sentences(text, *_describe_dropped(down, across))


def _describe_dropped(down: Axis, across: Axis) -> list[str]:
    """Return a sentence on the rows and columns at the end that no window reaches, if any."""
    rows, columns = _count_dropped(down), _count_dropped(across)
    if not rows and not columns:
        return []
    if rows == columns == 1:
        return [_("The last row and the last column are dropped, because no window reaches them.")]
    if rows == columns:
        return [
            _(
                "The last {rows} rows and columns are dropped, because no window reaches them.",
                rows=rows,
            )
        ]
    return [
        _(
            "No window reaches the end, so some are dropped: rows {rows}, columns {columns}.",
            rows=rows,
            columns=columns,
        )
    ]


def _count_dropped(axis: Axis) -> int:
    covered = (axis.positions - 1) * axis.stride + axis.window
    return max(0, axis.size + axis.before + axis.after - covered)


def _describe_other_stride(down: Axis, across: Axis) -> str:
    """Say what another stride would give; nothing where a window does not fit without padding."""
    other = 2 if down.stride == 1 else 1
    rows = Axis(down.size, down.window, other, 0, 0).positions
    columns = Axis(across.size, across.window, other, 0, 0).positions
    if min(rows, columns) < 1:
        return ""
    return _(
        "Without padding and with a stride of {other} it would be {rows} × {columns}.",
        other=other,
        rows=rows,
        columns=columns,
    )


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
