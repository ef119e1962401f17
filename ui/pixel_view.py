"""One output pixel of a convolution or a pooling, step by step."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.arithmetic import (
    Box,
    compute_output_pixel,
    cut_out,
    has_window,
    locate_window,
    read_normalization,
    window_axes,
)
from mnist_core.passage import Passage
from ui.cells import cells_html, format_number, mark_box, steps_html
from ui.clickable import show_clickable
from ui.feature_maps import colour_signed, picture_html


def show_output_pixel(stage: list[Passage], channel: int, key: str) -> None:
    """Let a person choose one pixel of a feature map, and show how it came about.

    Args:
        stage: A convolution or pooling, and the adjusting layers behind it.
        channel: The feature map, from 0.
        key: The beginning of the widgets' keys.
    """
    passage = stage[0]
    final = stage[-1].output[..., channel]
    brightest = np.unravel_index(int(final.argmax()), final.shape)
    row_key, column_key = f"{key}_row", f"{key}_column"
    st.session_state.setdefault(row_key, int(brightest[0]) + 1)
    st.session_state.setdefault(column_key, int(brightest[1]) + 1)

    def choose(row: int, column: int) -> None:
        st.session_state[row_key] = row + 1
        st.session_state[column_key] = column + 1

    height, width = final.shape
    pictures, numbers = st.columns([1, 1.25], gap="large")
    with pictures:
        below = _pick_channel_below(passage, channel, key)
        with st.container(horizontal=True, gap="medium"):
            row = _pick_place("Row", height, row_key)
            column = _pick_place("Column", width, column_key)
        with st.container(horizontal=True, gap="medium"):
            st.html(_received_html(passage, below, row, column), width=224)
            with st.container(width=224):
                picture = mark_box(colour_signed(final), Box(row, column, 1, 1))
                html = _figure(picture, f"Map {channel + 1} of {stage[-1].layer.name}")
                show_clickable(html, height, width, choose, f"{key}_map")
        st.caption("Click a pixel of the right map, or move the sliders.")
    with numbers:
        if passage.layer.kind == "Conv2D":
            _show_convolution(stage, row, column, channel, below)
        else:
            _show_pooling(passage, row, column, channel)


def _pick_place(label: str, count: int, key: str) -> int:
    if count == 1:
        return 0
    return st.slider(label, 1, count, key=key) - 1


def _pick_channel_below(passage: Passage, channel: int, key: str) -> int:
    """Return which of the maps below is looked at; a pooling looks at its own only."""
    count = passage.received.shape[2]
    if passage.layer.kind != "Conv2D":
        return channel
    if count == 1:
        return 0
    return st.slider("Map below", 1, count, key=f"{key}_below") - 1


def _received_html(passage: Passage, below: int, row: int, column: int) -> str:
    """Return what lies below, padding included, with the window outlined."""
    values = passage.received[..., below]
    down, across = window_axes(passage.layer, values.shape)
    box = locate_window(passage.layer, values.shape, row, column)
    padding = ((down.before, down.after), (across.before, across.after), (0, 0))
    padded = np.pad(colour_signed(values), padding, constant_values=60)
    shifted = Box(box.top + down.before, box.left + across.before, box.height, box.width)
    return _figure(mark_box(padded, shifted), f"Map {below + 1} below, with the window")


def _figure(picture: np.ndarray, caption: str) -> str:
    return (
        f'<figure class="map">{picture_html(picture, caption)}'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _show_convolution(
    stage: list[Passage], row: int, column: int, channel: int, below: int
) -> None:
    passage = stage[0]
    pixel = compute_output_pixel(passage, row, column, channel)
    window, kernel = pixel.window[..., below], pixel.kernel[..., below]
    products = pixel.products[..., below]
    brightest = float(np.abs(passage.received).max()) or 1.0
    st.html(
        '<div class="sum">'
        + cells_html(window, "Under the window", brightest)
        + "<span>×</span>"
        + cells_html(kernel, "Weights", float(np.abs(pixel.kernel).max()) or 1.0)
        + "<span>=</span>"
        + cells_html(products, "Products", float(np.abs(pixel.products).max()) or 1.0)
        + "</div>"
    )
    maps = passage.received.shape[2]
    steps = []
    if maps > 1:
        steps.append((f"Sum of these products, map {below + 1}", float(products.sum())))
        steps.append((f"Sum of the products over all {maps} maps below", pixel.sum))
    else:
        steps.append(("Sum of the products", pixel.sum))
    if passage.layer.settings["use_bias"]:
        steps.append((f"Bias {format_number(pixel.bias, 3)} added", pixel.sum + pixel.bias))
    if pixel.activation == "relu":
        steps.append(("ReLU: at least zero", pixel.value))
    value = pixel.value
    for later in stage[1:]:
        if later.layer.kind == "BatchNormalization":
            norm = read_normalization(later, channel)
            value = norm.apply(value)
            formula = (
                f"{format_number(norm.gamma)} · (x − {format_number(norm.mean)}) / "
                f"√{format_number(norm.variance + norm.epsilon)} + {format_number(norm.beta)}"
            )
            steps.append((f"{later.layer.name}: {formula}", value))
        elif later.layer.kind in {"ReLU", "Activation"}:
            value = float(later.output[row, column, channel])
            steps.append((f"{later.layer.name}: at least zero", value))
    own = float(stage[-1].output[row, column, channel])
    st.html(steps_html(steps, own))


def _show_pooling(passage: Passage, row: int, column: int, channel: int) -> None:
    box = locate_window(passage.layer, passage.received.shape, row, column)
    values = passage.received[..., channel]
    scale = float(np.abs(values).max()) or 1.0
    st.html(f'<div class="sum">{cells_html(cut_out(values, box), "Under the window", scale)}</div>')
    what = "The largest of them" if passage.layer.kind == "MaxPooling2D" else "Their mean"
    own = float(passage.output[row, column, channel])
    inside = cut_out(values, box, np.nan)
    value = np.nanmax(inside) if passage.layer.kind == "MaxPooling2D" else np.nanmean(inside)
    st.html(steps_html([(what, float(value))], own))


def can_show_pixel(passage: Passage) -> bool:
    """Tell whether a layer is one whose output pixels can be taken apart."""
    return passage.layer.kind in {"Conv2D", "MaxPooling2D", "AveragePooling2D"} and has_window(
        passage.layer
    )
