"""A closer look at one layer: what it does in words, all it put out, and one value in detail."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.arithmetic import count_multiplications
from mnist_core.classifier import Classifier
from mnist_core.passage import Passage
from ui.clickable import show_clickable
from ui.inside.channel_picker import ChannelPicker
from ui.inside.feature_maps import bars_html, compose_layer, count_columns, picture_html
from ui.inside.layer_details import DETAILS
from ui.inside.layer_text import format_shape
from ui.inside.layer_words import describe_layer, describe_parameters, describe_work
from ui.inside.pixel_view import can_show_pixel, show_output_pixel
from ui.wording import say_percent


def show_layer(
    classifier: Classifier,
    stage: list[Passage],
    passage: Passage,
    seconds: dict[str, float],
    label: int | None,
) -> None:
    """Show one layer of a stage.

    Args:
        classifier: The network.
        stage: The passages through the stage's layers.
        passage: The one to look at.
        seconds: What each layer takes, from `mnist_core.timing`.
        label: The image's label, None for a drawing.
    """
    key = f"inside_{classifier.name}_{passage.layer.name}"
    words, picture = st.columns([1.25, 1], gap="large")
    with words:
        st.html(_words_html(classifier, passage, seconds))
    with picture:
        if passage.output.ndim == 3:
            channel = _show_maps(passage, ChannelPicker(classifier, stage), key)
        else:
            channel = 0
            _show_numbers(passage.output)
    if can_show_pixel(passage):
        st.html(f'<h3 class="part">One pixel of map {channel + 1}, step by step</h3>')
        show_output_pixel(stage, channel, key)
    elif passage.layer.kind in DETAILS:
        DETAILS[passage.layer.kind](passage, channel, label, key)
    if passage.layer.kind == "Softmax" and classifier.temperature != 1:
        st.html(
            "<p>The answer that the app shows is a little less sure: it divides the logits by "
            f"{classifier.temperature:.2f} before the softmax, a temperature fitted after training "
            "so that what it calls 90 % sure is right nine times in ten.</p>"
        )


def _words_html(classifier: Classifier, passage: Passage, seconds: dict[str, float]) -> str:
    layer = passage.layer
    words = describe_layer(classifier, layer)
    facts = [
        (f"Output {format_shape(layer.output_shape)}.", words.shape),
        (f"Parameters {layer.parameters:,}.", words.parameters),
        ("Settings.", words.settings),
        ("Work.", describe_work(classifier, layer, seconds)),
    ]
    lines = "".join(f"<p><b>{escape(term)}</b> {escape(text)}</p>" for term, text in facts if text)
    return (
        f'<section class="layer"><h3>{escape(words.title)} <small>{escape(layer.name)}</small></h3>'
        f"<p>{escape(words.purpose)}</p>{lines}</section>"
    )


def _show_maps(passage: Passage, picker: ChannelPicker, key: str) -> int:
    """Show all feature maps and return the chosen one, from 0."""
    columns = count_columns(picker.count)

    def choose(row: int, column: int) -> None:
        picker.choose(row * columns + column)

    caption = f"{picker.count} feature maps, all on one scale: black is 0, blue is negative"
    show_clickable(
        _sheet(compose_layer(passage.output, picker.channel), caption),
        -(-picker.count // columns),
        columns,
        choose,
        f"{key}_sheet",
    )
    return picker.show("Map", hint="Or click a map in the picture.")


def _show_numbers(output: np.ndarray) -> None:
    """Show the numbers of a layer without feature maps."""
    if output.shape == (10,):
        st.html(bars_html(output))
    else:
        st.html(_sheet(compose_layer(output), f"{output.size:,} numbers, one a cell"))


def _sheet(picture: np.ndarray, caption: str) -> str:
    return (
        f'<figure class="sheet">{picture_html(picture, caption)}'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def show_all_layers(classifier: Classifier, seconds: dict[str, float]) -> None:
    """Show the layers in a table, and where all the parameters come from."""
    all_time = sum(seconds.values())
    lines = "".join(
        f"<tr><th>{escape(layer.name)}</th><td>{escape(describe_layer(classifier, layer).title)}"
        f"</td><td>{format_shape(layer.output_shape)}</td><td>{layer.parameters:,}</td>"
        f"<td>{count_multiplications(classifier, layer):,}</td>"
        f"<td>{say_percent(seconds[layer.name] / all_time)}</td></tr>"
        for layer in classifier.layers
    )
    total = sum(count_multiplications(classifier, layer) for layer in classifier.layers)
    st.html(
        '<div class="layers-frame"><table class="layers"><thead><tr><th>Layer</th><td>Kind</td>'
        "<th>Output</th><th>Parameters</th><th>Multiplications</th><th>Time</th></tr></thead>"
        f"<tbody>{lines}</tbody><tfoot><tr><th>All</th><td></td><td></td>"
        f"<td>{classifier.parameters:,}</td><td>{total:,}</td>"
        f"<td>{all_time * 1e6:,.0f} µs</td></tr></tfoot></table></div>"
        f"<p>{escape(describe_parameters(classifier))} The time is for one image, measured on this "
        "machine with a hundred of them.</p>"
    )
