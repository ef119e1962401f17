"""One value of a layer in detail, for most kinds of layers without a window."""

from collections.abc import Callable
from html import escape

import numpy as np
import streamlit as st

from mnist_core.interpretability.activations import LayerActivation
from mnist_core.interpretability.layer_arithmetic import activate, read_normalization
from mnist_core.interpretability.receptive_fields import Window
from ui.formatting import format_percent
from ui.images import color_signed, picture_html
from ui.inside.activation_images import compose_layer
from ui.inside.layer_description import ACTIVATION_TITLES, FORMULAS
from ui.inside.normalization_formula import format_exactly, round_normalization
from ui.inside.value_table import format_number, mark_window, steps_html
from ui.language import _, localize

LARGEST = 5


def show_normalization(activation: LayerActivation, channel: int, key: str) -> None:
    """Compute one value: that at the brightest pixel of a map, or the only one."""
    values, output = activation.input[..., channel], activation.output[..., channel]
    position = np.unravel_index(int(output.argmax()), output.shape)
    norm = read_normalization(activation, channel)
    value = float(values[position])
    rounded, x = round_normalization(norm, value)
    steps: list[tuple[str, float | str]] = [
        (_("Input x"), format_exactly(x)),
        (_("Mean"), format_exactly(rounded.mean)),
        (_("Variance"), format_exactly(rounded.variance)),
        (_("Gamma, the scale"), format_exactly(rounded.gamma)),
        (_("Beta, the shift"), format_exactly(rounded.beta)),
        (
            _("gamma · (x − mean) / √(variance + {epsilon:g}) + beta", epsilon=norm.epsilon),
            norm.apply(value),
        ),
    ]
    title = (
        _("The brightest pixel of map {channel}", channel=channel)
        if output.ndim
        else _("Unit {channel}", channel=channel)
    )
    st.html(f'<h2 class="layer-section">{title}</h2>')
    st.html(steps_html(steps, float(output[position])))


def show_activation(activation: LayerActivation, channel: int, key: str) -> None:
    """Count the values that the activation changes, and show one map before and after."""
    changed, size = int((activation.input != activation.output).sum()), activation.output.size
    percent = format_percent(changed / size)
    text = _(
        "For this image, it changes {changed:,} of {size:,} values, {percent}.",
        changed=changed,
        size=size,
        percent=escape(percent),
    )
    st.html(f"<p>{text}</p>")
    if activation.output.ndim == 3:
        _show_before_and_after(activation.input[..., channel], activation.output[..., channel])


def show_dropout(activation: LayerActivation, channel: int, key: str) -> None:
    """Let the person switch dropout on as in training, at any step."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        training = st.toggle(_("Apply as in training"), key=f"{key}_training")
        step = st.number_input(_("Training step"), 1, 1000, key=f"{key}_step", width=160)
    output = activation.output
    rate = activation.layer.settings["rate"]
    if not training:
        text = _(
            "All {size:,} values pass unchanged, as always when the network classifies.",
            size=output.size,
        )
        after = output
    else:
        mask = np.random.default_rng(step).random(output.shape) >= rate
        after = np.where(mask, output / np.float32(1 - rate), 0)
        dropped = int((~mask).sum())
        percent = format_percent(dropped / output.size)
        before_sum = format_number(float(output.sum()))
        after_sum = format_number(float(after.sum()))
        text = _(
            "In this step {dropped:,} of {size:,} values are dropped, {percent}. The sum of all "
            "values was {before_sum}; the sum of the others, multiplied by 1 / (1 − {rate:g}), is "
            "{after_sum}.",
            dropped=dropped,
            size=output.size,
            percent=escape(percent),
            before_sum=before_sum,
            rate=rate,
            after_sum=after_sum,
        )
    st.html(f"<p>{text}</p>")
    _show_before_and_after(output, after)


def show_flatten(activation: LayerActivation, channel: int, key: str) -> None:
    """Show from which pixel and map the chosen number comes."""
    if activation.input.ndim != 3:
        return
    row, column, number = (int(i) for i in np.unravel_index(channel, activation.input.shape))
    value = format_number(float(activation.output[channel]), 3)
    picture = mark_window(color_signed(activation.input[..., number]), Window(row, column, 1, 1))
    caption = _("Map {number} of the previous layer, before flattening", number=number)
    text = _(
        "Number {number:,} is the value at row {row}, column {column} of map {map}: {value}.",
        number=channel,
        row=row,
        column=column,
        map=number,
        value=value,
    )
    st.html(
        f'<p>{text}</p><div class="figure-row"><figure class="map">{picture_html(picture, caption)}'
        f"<figcaption>{caption}</figcaption></figure></div>"
    )


def show_global_average(activation: LayerActivation, channel: int, key: str) -> None:
    """Show the map whose mean the chosen number is."""
    values = activation.input[..., channel]
    height, width = values.shape
    total = float(values.sum(dtype=np.float64))
    steps: list[tuple[str, float | str]] = [
        (
            _("Sum of the {size:,} values of map {channel}", size=values.size, channel=channel),
            total,
        ),
        (
            _(
                "Divided by {height}·{width} = {size:,}",
                height=height,
                width=width,
                size=values.size,
            ),
            total / values.size,
        ),
    ]
    caption = _("Map {channel} of the previous layer", channel=channel)
    st.html(
        f'<div class="figure-row"><figure class="map">{picture_html(color_signed(values), caption)}'
        f"<figcaption>{caption}</figcaption></figure></div>"
    )
    st.html(steps_html(steps, float(activation.output[channel])))


def show_dense(activation: LayerActivation, channel: int, key: str) -> None:
    """Split one unit's sum into its largest products and the rest."""
    values, kernel = activation.input.ravel(), activation.weights[0]
    parts = values * kernel[:, channel]
    order = np.argsort(-np.abs(parts))[:LARGEST]
    steps = [
        (
            _(
                "Number {number:,}: {value} × weight {weight}",
                number=int(i),
                value=format_number(float(values[i]), 3),
                weight=format_number(float(kernel[i, channel]), 3),
            ),
            float(parts[i]),
        )
        for i in order
    ]
    rest = float(parts.sum(dtype=np.float64) - parts[order].sum(dtype=np.float64))
    steps.append((_("Sum of the other {count:,} products", count=len(values) - len(order)), rest))
    total = float(parts.sum(dtype=np.float64))
    if len(activation.weights) > 1:
        bias = float(activation.weights[1][channel])
        total += bias
        steps.append((_("Bias"), bias))
    steps.append((_("Sum of all these"), total))
    function = activation.layer.settings["activation"]
    if function in FORMULAS:
        text = f"{localize(ACTIVATION_TITLES[function])}: {localize(FORMULAS[function])}"
        steps.append((text, activate(function, total)))
    st.html(steps_html(steps, float(activation.output[channel])))


def _show_before_and_after(before: np.ndarray, after: np.ndarray) -> None:
    """Show a layer's whole output, or one map of it, before and after."""
    if before.ndim == 2:
        before, after = before[..., np.newaxis], after[..., np.newaxis]
    figures = "".join(
        f'<figure class="map">{picture_html(compose_layer(values), name)}'
        f"<figcaption>{name}</figcaption></figure>"
        for name, values in ((_("Before"), before), (_("After"), after))
    )
    st.html(f'<div class="figure-row">{figures}</div>')


DETAILS: dict[str, Callable[[LayerActivation, int, str], None]] = {
    "BatchNormalization": show_normalization,
    "ReLU": show_activation,
    "Activation": show_activation,
    "Dropout": show_dropout,
    "Flatten": show_flatten,
    "GlobalAveragePooling2D": show_global_average,
    "Dense": show_dense,
}
"""Each shows one value of a layer.

Args:
    activation: An image in the layer.
    channel: The chosen feature map, unit or number, from 0.
    key: The beginning of the widgets' keys.
"""
