"""One value of a layer in detail, for each kind of layer without a window."""

import math
from collections.abc import Callable

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

LARGEST = 5
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def show_normalization(
    activation: LayerActivation, channel: int, label: int | None, key: str
) -> None:
    """Compute one value: that at the brightest pixel of a map, or the only one."""
    values, output = activation.input[..., channel], activation.output[..., channel]
    position = np.unravel_index(int(output.argmax()), output.shape)
    norm = read_normalization(activation, channel)
    value = float(values[position])
    rounded, x = round_normalization(norm, value)
    steps: list[tuple[str, float | str]] = [
        ("Input x", format_exactly(x)),
        ("Mean", format_exactly(rounded.mean)),
        ("Variance", format_exactly(rounded.variance)),
        ("Gamma, the scale", format_exactly(rounded.gamma)),
        ("Beta, the shift", format_exactly(rounded.beta)),
        (f"gamma · (x − mean) / √(variance + {norm.epsilon:g}) + beta", norm.apply(value)),
    ]
    title = f"The brightest pixel of map {channel}" if output.ndim else f"Unit {channel}"
    st.html(f'<h3 class="part">{title}</h3>')
    st.html(steps_html(steps, float(output[position])))


def show_activation(activation: LayerActivation, channel: int, label: int | None, key: str) -> None:
    """Count the values that the activation changes, and show one map before and after."""
    changed, size = int((activation.input != activation.output).sum()), activation.output.size
    percent = format_percent(changed / size)
    st.html(f"<p>For this image, it changes {changed:,} of {size:,} values, {percent}.</p>")
    if activation.output.ndim == 3:
        _show_before_and_after(activation.input[..., channel], activation.output[..., channel])


def show_dropout(activation: LayerActivation, channel: int, label: int | None, key: str) -> None:
    """Let the person switch dropout on as in training, at any step."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        training = st.toggle("Apply as in training", key=f"{key}_training")
        step = st.number_input("Training step", 1, 1000, key=f"{key}_step", width=160)
    output = activation.output
    rate = activation.layer.settings["rate"]
    if not training:
        text = f"All {output.size:,} values pass unchanged, as always when the network classifies."
        after = output
    else:
        mask = np.random.default_rng(step).random(output.shape) >= rate
        after = np.where(mask, output / np.float32(1 - rate), 0)
        dropped = int((~mask).sum())
        percent = format_percent(dropped / output.size)
        before_sum = format_number(float(output.sum()))
        after_sum = format_number(float(after.sum()))
        text = (
            f"In this step {dropped:,} of {output.size:,} values are dropped, {percent}. The sum "
            f"of all values was {before_sum}; the sum of the others, multiplied by "
            f"1 / (1 − {rate:g}), is {after_sum}."
        )
    st.html(f"<p>{text}</p>")
    _show_before_and_after(output, after)


def show_flatten(activation: LayerActivation, channel: int, label: int | None, key: str) -> None:
    """Show from which pixel and map the chosen number comes."""
    if activation.input.ndim != 3:
        return
    row, column, number = (int(i) for i in np.unravel_index(channel, activation.input.shape))
    value = format_number(float(activation.output[channel]), 3)
    picture = mark_window(color_signed(activation.input[..., number]), Window(row, column, 1, 1))
    caption = f"Map {number} of the previous layer, before flattening"
    st.html(
        f"<p>Number {channel:,} is the value at row {row}, column {column} of map {number}: "
        f"{value}.</p>"
        f'<div class="pair"><figure class="map">{picture_html(picture, caption)}'
        f"<figcaption>{caption}</figcaption></figure></div>"
    )


def show_global_average(
    activation: LayerActivation, channel: int, label: int | None, key: str
) -> None:
    """Show the map whose mean the chosen number is."""
    values = activation.input[..., channel]
    height, width = values.shape
    total = float(values.sum(dtype=np.float64))
    steps: list[tuple[str, float | str]] = [
        (f"Sum of the {values.size:,} values of map {channel}", total),
        (f"Divided by {height}·{width} = {values.size:,}", total / values.size),
    ]
    caption = f"Map {channel} of the previous layer"
    st.html(
        f'<div class="pair"><figure class="map">{picture_html(color_signed(values), caption)}'
        f"<figcaption>{caption}</figcaption></figure></div>"
    )
    st.html(steps_html(steps, float(activation.output[channel])))


def show_dense(activation: LayerActivation, channel: int, label: int | None, key: str) -> None:
    """Split one unit's sum into its largest products and the rest."""
    values, kernel = activation.input.ravel(), activation.weights[0]
    parts = values * kernel[:, channel]
    order = np.argsort(-np.abs(parts))[:LARGEST]
    steps = [
        (
            f"Number {i:,}: {format_number(float(values[i]), 3)} × weight "
            f"{format_number(float(kernel[i, channel]), 3)}",
            float(parts[i]),
        )
        for i in order
    ]
    rest = float(parts.sum(dtype=np.float64) - parts[order].sum(dtype=np.float64))
    steps.append((f"Sum of the other {len(values) - len(order):,} products", rest))
    total = float(parts.sum(dtype=np.float64))
    if len(activation.weights) > 1:
        bias = float(activation.weights[1][channel])
        total += bias
        steps.append(("Bias", bias))
    steps.append(("Sum of all these", total))
    function = activation.layer.settings["activation"]
    if function in FORMULAS:
        text = f"{ACTIVATION_TITLES[function]}: {FORMULAS[function]}"
        steps.append((text, activate(function, total)))
    st.html(steps_html(steps, float(activation.output[channel])))


def show_softmax(activation: LayerActivation, channel: int, label: int | None, key: str) -> None:
    """Compute the ten probabilities and the loss for a chosen digit."""
    logits = activation.input.astype(np.float64)
    log_sum = float(np.logaddexp.reduce(logits))
    correct = st.pills(
        "Correct digit",
        range(10),
        default=int(activation.output.argmax()) if label is None else label,
        key=f"{key}_correct_{label}",
        required=True,
    )
    lines = "".join(
        f"<tr{' class=own' if digit == correct else ''}><th>{digit}</th>"
        f"<td>{format_number(logits[digit], 3)}</td><td>{_format_power(logits[digit])}</td>"
        f"<td>{activation.output[digit]:.4f}</td><td>{int(digit == correct)}</td></tr>"
        for digit in range(10)
    )
    st.html(
        '<table class="steps"><thead><tr><th>Digit</th><td>Logit x</td><td>eˣ</td>'
        f"<td>eˣ / {_format_power(log_sum)}</td><td>One-hot</td></tr></thead>{lines}</table>"
    )
    loss = log_sum - float(logits[correct])
    st.html(
        f"<p>A one-hot label is ten numbers: 1 for the {correct} and 0 for all others. The "
        "cross-entropy measures how far the probabilities are from it. It is minus the logarithm "
        f"of the probability of the {correct}: −ln {np.exp(-loss):.6f} = {format_number(loss, 6)}. "
        "Training minimizes this loss; its minimum is 0. With label smoothing, a small part of the "
        "1 is first spread over all ten digits.</p>"
    )


def _format_power(x: float) -> str:
    """Write eˣ, a large one as "2.24·10⁷"; for a large x it exceeds the range of a float."""
    if x < math.log(1e5):
        return f"{math.exp(x):,.3f}"
    exponent, rest = divmod(x / math.log(10), 1)
    return f"{10**rest:.2f}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def _show_before_and_after(before: np.ndarray, after: np.ndarray) -> None:
    """Show a layer's whole output, or one map of it, before and after."""
    if before.ndim == 2:
        before, after = before[..., np.newaxis], after[..., np.newaxis]
    figures = "".join(
        f'<figure class="map">{picture_html(compose_layer(values), name)}'
        f"<figcaption>{name}</figcaption></figure>"
        for name, values in (("Before", before), ("After", after))
    )
    st.html(f'<div class="pair">{figures}</div>')


DETAILS: dict[str, Callable[[LayerActivation, int, int | None, str], None]] = {
    "BatchNormalization": show_normalization,
    "ReLU": show_activation,
    "Activation": show_activation,
    "Dropout": show_dropout,
    "Flatten": show_flatten,
    "GlobalAveragePooling2D": show_global_average,
    "Dense": show_dense,
    "Softmax": show_softmax,
}
"""Each shows one value of a layer.

Args:
    activation: An image in the layer.
    channel: The chosen feature map, unit or number, from 0.
    label: The image's label, None for a drawing.
    key: The beginning of the widgets' keys.
"""
