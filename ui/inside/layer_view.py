"""One layer: its description, its output, and one value in detail."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.inference.layer_rules import count_multiply_adds
from mnist_core.interpretability.activations import LayerActivation
from mnist_core.interpretability.receptive_fields import Window, reads_image
from ui.components.clickable_image import show_clickable
from ui.formatting import format_percent
from ui.images import count_columns, picture_html
from ui.inside.activation_images import bars_html, compose_layer
from ui.inside.channel_picker import LABELS, ChannelPicker, gives_digits
from ui.inside.layer_costs import describe_parameters, describe_work
from ui.inside.layer_descriptions import describe_layer
from ui.inside.layer_details import DETAILS
from ui.inside.output_pixel_view import can_show_pixel, show_output_pixel
from ui.inside.softmax_view import show_softmax
from ui.inside.value_table import mark_window
from ui.language import _, join_sentences, localize


def show_layer(
    classifier: Classifier,
    stage: list[LayerActivation],
    activation: LayerActivation,
    seconds: dict[str, float],
    label: int | None,
) -> None:
    """Show one layer of a stage.

    Args:
        classifier: The network.
        stage: The activations of the stage's layers.
        activation: The one to show.
        seconds: Seconds per image by layer name.
        label: The image's label, None for a drawing.
    """
    key = f"inside_{classifier.name}_{activation.layer.name}"
    picker = ChannelPicker(classifier, stage)
    words, picture = st.columns([1.25, 1], gap="large")
    with words:
        st.html(_description_html(classifier, activation, seconds))
    with picture:
        if activation.output.ndim == 3:
            _show_maps(activation.output, picker, key)
        elif gives_digits(classifier, activation.layer):
            st.html(bars_html(activation.output, 4 if activation.layer.kind == "Softmax" else 2))
        else:
            _show_numbers(activation.output, picker, key)
        if activation.layer.kind != "Softmax":
            picker.show(localize(LABELS[picker.kind]), hint=_("Or click one in the picture."))
    channel = picker.channel
    if can_show_pixel(activation):
        title = _("One pixel of map {channel}, step by step", channel=channel)
        st.html(f'<h2 class="layer-section">{title}</h2>')
        show_output_pixel(stage, channel, reads_image(classifier, stage[0].layer), key)
    elif activation.layer.kind == "Softmax":
        show_softmax(activation, classifier.temperature, label, key)
    elif activation.layer.kind in DETAILS:
        DETAILS[activation.layer.kind](activation, channel, key)


def _description_html(
    classifier: Classifier, activation: LayerActivation, seconds: dict[str, float]
) -> str:
    layer = activation.layer
    description = describe_layer(classifier, layer)
    facts = [
        (_("Output {shape}.", shape=format_shape(layer.output_shape)), description.shape),
        (_("Parameters {count:,}.", count=layer.parameters), description.parameters),
        (_("Settings."), description.settings),
        (_("Work."), describe_work(classifier, layer, seconds)),
    ]
    lines = "".join(f"<p><b>{escape(term)}</b> {escape(text)}</p>" for term, text in facts if text)
    return (
        f'<section class="layer"><h2>{escape(description.title)} '
        f"<small>{escape(layer.name)}</small></h2>"
        f"<p>{escape(description.purpose)}</p>{lines}</section>"
    )


def _show_maps(output: np.ndarray, picker: ChannelPicker, key: str) -> None:
    """Show all feature maps, each of which can be chosen by a click."""
    caption = _(
        "Feature maps: {count}, all on one scale; black is 0, blue is negative", count=picker.count
    )
    _show_sheet(compose_layer(output, picker.channel), caption, picker, key)


def _show_numbers(output: np.ndarray, picker: ChannelPicker, key: str) -> None:
    """Show the numbers of a layer without feature maps, each of which can be chosen by a click."""
    columns = count_columns(output.size)
    chosen = Window(*divmod(picker.channel, columns), 1, 1)
    caption = _("Numbers: {size:,}, one per cell; black is 0, blue is negative", size=output.size)
    _show_sheet(mark_window(compose_layer(output), chosen), caption, picker, key)


def _show_sheet(picture: np.ndarray, caption: str, picker: ChannelPicker, key: str) -> None:
    columns = count_columns(picker.count)
    html = (
        f'<figure class="sheet">{picture_html(picture, caption)}'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )

    def choose(row: int, column: int) -> None:
        picker.choose(row * columns + column)

    show_clickable(html, -(-picker.count // columns), columns, choose, f"{key}_sheet")


def show_all_layers(classifier: Classifier, seconds: dict[str, float]) -> None:
    """Show the layers in a table, and where all the parameters come from."""
    counts = count_multiply_adds(classifier.layers)
    all_time = sum(seconds.values())
    lines = "".join(
        f"<tr><th>{escape(layer.name)}</th><td>{escape(describe_layer(classifier, layer).title)}"
        f"</td><td>{format_shape(layer.output_shape)}</td><td>{layer.parameters:,}</td>"
        f"<td>{counts[layer.name]:,}</td>"
        f"<td>{format_percent(seconds[layer.name] / all_time)}</td></tr>"
        for layer in classifier.layers
    )
    headings = (_("Output"), _("Parameters"), _("Multiplications"), _("Time"))
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    text = _("The time is per image, measured on this machine with up to a hundred images.")
    st.html(
        f'<div class="layers-frame" role="region" aria-label="{_("Layers")}" tabindex="0">'
        f'<table class="layers"><thead><tr><th>{_("Layer")}</th>'
        f"<td>{_('Kind')}</td>{head}</tr></thead>"
        f"<tbody>{lines}</tbody><tfoot><tr><th>{_('All')}</th><td></td><td></td>"
        f"<td>{classifier.parameters:,}</td><td>{sum(counts.values()):,}</td>"
        f"<td>{all_time * 1e6:,.0f} µs</td></tr></tfoot></table></div>"
        f"<p>{escape(join_sentences(describe_parameters(classifier), text))}</p>"
    )
