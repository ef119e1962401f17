"""One output pixel of a convolution or a pooling, step by step."""

import zlib
from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.activation_functions import find_activation
from mnist_core.interpretability.activations import LayerActivation
from mnist_core.interpretability.layer_arithmetic import (
    activate,
    compute_output_pixel,
    read_normalization,
)
from mnist_core.interpretability.receptive_fields import Window, cut_out, locate_window, window_axes
from ui.components.clickable_image import show_clickable
from ui.images import color_signed, picture_html
from ui.inside.layer_description import ACTIVATION_TITLES, FORMULAS
from ui.inside.normalization_formula import format_normalization, round_normalization
from ui.inside.value_table import cells_html, format_number, mark_window, steps_html
from ui.inside.window_player import PLAYER_FRAME, show_window_player
from ui.language import _, localize

PICTURE = 180


def show_output_pixel(
    stage: list[LayerActivation], channel: int, reads_image: bool, key: str
) -> None:
    """Let a person choose one pixel of a feature map, and show how it is computed.

    Args:
        stage: A convolution or pooling, and the adjusting layers after it.
        channel: The feature map, from 0.
        reads_image: Whether the input of the convolution or pooling is the image.
        key: The beginning of the widgets' keys.
    """
    activation = stage[0]
    final = stage[-1].output[..., channel]
    brightest = divmod(int(final.argmax()), final.shape[1])
    # A new drawing starts at its own brightest pixel.
    edition = zlib.crc32(stage[-1].output.tobytes())
    row_key, column_key = f"{key}_row_{edition}", f"{key}_column_{edition}"
    st.session_state.setdefault(row_key, brightest[0])
    st.session_state.setdefault(column_key, brightest[1])

    def choose(row: int, column: int) -> None:
        st.session_state[row_key] = row
        st.session_state[column_key] = column

    height, width = final.shape
    with st.container(horizontal=True, gap="medium"):
        source = _pick_source(activation, channel, brightest, f"{key}_source_{edition}")
        row = _pick_index(_("Row"), height, row_key)
        column = _pick_index(_("Column"), width, column_key)
    show_window_player(
        _show_padded(activation, source),
        color_signed(final),
        locate_windows(activation),
        (row, column),
        choose,
        key=f"{key}_player",
    )
    with st.container(horizontal=True, gap="medium", vertical_alignment="center", key=PLAYER_FRAME):
        caption = (
            _("The image and the window")
            if reads_image
            else _("Map {source} of the previous layer and the window", source=source)
        )
        picture = _draw_window(activation, source, row, column)
        st.html(_figure(picture, caption), width=PICTURE)
        with st.container(width="content"):
            st.html(_cells_html(activation, source, row, column, channel), width="content")
        with st.container(width=PICTURE):
            picture = mark_window(color_signed(final), Window(row, column, 1, 1))
            html = _figure(
                picture,
                _(
                    "Map {channel} of {name}: click a pixel",
                    channel=channel,
                    name=stage[-1].layer.name,
                ),
            )
            show_clickable(html, height, width, choose, f"{key}_map")
    own = float(stage[-1].output[row, column, channel])
    if activation.layer.kind == "Conv2D":
        steps = _convolve(activation, row, column, channel, source)
    else:
        steps = [_pool(activation, row, column, channel)]
    steps += _adjust(stage[1:], steps[-1][1], channel)
    st.html(steps_html(steps, own))


def _pick_index(label: str, count: int, key: str) -> int:
    if count == 1:
        return 0
    return st.slider(label, 0, count - 1, key=key)


def _pick_source(
    activation: LayerActivation, channel: int, position: tuple[int, int], key: str
) -> int:
    """Return which map of the previous layer is shown, at first the one that adds most.

    A pooling has only one, its own.
    """
    count = activation.input.shape[2]
    if activation.layer.kind != "Conv2D":
        return channel
    if count == 1:
        return 0
    products = compute_output_pixel(activation, *position, channel).products
    st.session_state.setdefault(key, int(products.sum(axis=(0, 1)).argmax()))
    return st.slider(_("Map of the previous layer"), 0, count - 1, key=key)


def _draw_window(activation: LayerActivation, source: int, row: int, column: int) -> np.ndarray:
    """Return a map of the previous layer, padding included, with the window outlined."""
    first, step = locate_windows(activation)
    window = Window(row * step.height, column * step.width, first.height, first.width)
    return mark_window(_show_padded(activation, source), window)


def _show_padded(activation: LayerActivation, source: int) -> np.ndarray:
    """Return a map of the previous layer with its padding, (h, w, 3) uint8 RGB."""
    values = activation.input[..., source]
    down, across = window_axes(activation.layer, values.shape)
    padding = ((down.before, down.after), (across.before, across.after), (0, 0))
    return np.pad(color_signed(values), padding, constant_values=60)


def locate_windows(activation: LayerActivation) -> tuple[Window, Window]:
    """Return the first window on the padded map, and the distance to the next one as a size."""
    size = activation.input.shape[:2]
    first = locate_window(activation.layer, size, 0, 0)
    following = locate_window(activation.layer, size, 1, 1)
    step = Window(0, 0, following.top - first.top, following.left - first.left)
    return Window(0, 0, first.height, first.width), step


def _figure(picture: np.ndarray, caption: str) -> str:
    return (
        f'<figure class="map">{picture_html(picture, caption)}'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _cells_html(
    activation: LayerActivation, source: int, row: int, column: int, channel: int
) -> str:
    """Return the numbers under the window, and for a convolution the weights and products."""
    scale = float(np.abs(activation.input).max()) or 1.0
    if activation.layer.kind != "Conv2D":
        window = locate_window(activation.layer, activation.input.shape, row, column)
        values = cut_out(activation.input[..., channel], window)
        return f'<div class="sum">{cells_html(values, _("Under the window"), scale)}</div>'
    pixel = compute_output_pixel(activation, row, column, channel)
    parts = [
        cells_html(pixel.window[..., source], _("Under the window"), scale),
        cells_html(pixel.kernel[..., source], _("Weights"), float(np.abs(pixel.kernel).max())),
        cells_html(pixel.products[..., source], _("Products"), float(np.abs(pixel.products).max())),
    ]
    return f'<div class="sum">{parts[0]}<span>×</span>{parts[1]}<span>=</span>{parts[2]}</div>'


def _convolve(
    activation: LayerActivation, row: int, column: int, channel: int, source: int
) -> list[tuple[str, float]]:
    """Return the calculation of a convolution's pixel."""
    pixel = compute_output_pixel(activation, row, column, channel)
    maps = activation.input.shape[2]
    steps = []
    if maps > 1:
        shown = float(pixel.products[..., source].sum())
        steps.append(
            (
                _("Sum of these products, of map {source} of the previous layer", source=source),
                shown,
            )
        )
        steps.append(
            (
                _("Sum of the products over all {maps} maps of the previous layer", maps=maps),
                pixel.sum,
            )
        )
    else:
        steps.append((_("Sum of the products"), pixel.sum))
    if activation.layer.settings["use_bias"]:
        steps.append(
            (_("Plus the bias: x{bias}", bias=_signed(pixel.bias)), pixel.sum + pixel.bias)
        )
    if pixel.activation in FORMULAS:
        title, formula = ACTIVATION_TITLES[pixel.activation], FORMULAS[pixel.activation]
        text = f"{localize(title)}: {localize(formula)}"
        steps.append((text, pixel.value))
    return steps


def _adjust(layers: list[LayerActivation], value: float, channel: int) -> list[tuple[str, float]]:
    """Return the calculation of the adjusting layers of a stage for a value."""
    steps = []
    for activation in layers:
        name = activation.layer.name
        if activation.layer.kind == "BatchNormalization":
            norm = read_normalization(activation, channel)
            formula = format_normalization(*round_normalization(norm, value))
            value = norm.apply(value)
            steps.append((f"{name}: {formula}", value))
        function = find_activation(activation.layer.kind, activation.layer.settings)
        if function in FORMULAS:
            value = activate(function, value)
            steps.append((f"{name}: {localize(FORMULAS[function])}", value))
    return steps


def _pool(activation: LayerActivation, row: int, column: int, channel: int) -> tuple[str, float]:
    """Return the one step of a pooling, which ignores padding."""
    window = locate_window(activation.layer, activation.input.shape, row, column)
    values = cut_out(activation.input[..., channel], window, np.nan)
    if activation.layer.kind == "MaxPooling2D":
        return _("Maximum of these values"), float(np.nanmax(values))
    return _("Mean of these values"), float(np.nanmean(values))


def _signed(value: float) -> str:
    """Write a number with the sign of its addition: " + 0.10" or " − 0.29"."""
    return f" {'−' if value < 0 else '+'} {format_number(abs(value), 3)}"


def can_show_pixel(activation: LayerActivation) -> bool:
    """Return whether the output pixels of a layer can be shown step by step."""
    return activation.layer.kind in {"Conv2D", "MaxPooling2D", "AveragePooling2D"}
