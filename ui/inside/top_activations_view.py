"""Top activations: the training images, and the patches of them, that activate a filter most."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.inference.layer_rules import INPUT_SHAPE
from mnist_core.interpretability.activations import LayerActivation
from mnist_core.interpretability.receptive_fields import Window
from mnist_core.interpretability.top_activations import TopActivation, list_top_activations
from mnist_core.messages import message
from mnist_core.runs.model_registry import TrainedModel
from ui.formatting import escape_markdown
from ui.images import as_rgb, color_signed, picture_html
from ui.inside.cached_results import SEARCHED_IMAGES, get_top_activations
from ui.inside.channel_picker import ChannelKind, ChannelPicker
from ui.inside.value_table import format_number, mark_window
from ui.language import _, join_sentences
from ui.resources import get_classifier, get_data

LABELS: dict[ChannelKind, str] = {
    "map": message("Map of {layer}"),
    "digit": message("Digit of {layer}"),
    "unit": message("Unit of {layer}"),
    "number": message("Number of {layer}"),
}
EXPLANATIONS: dict[ChannelKind, str] = {
    "map": message("Of the first {images:,} training images, these activate map {number:,} most."),
    "digit": message(
        "Of the first {images:,} training images, these activate digit {number:,} most."
    ),
    "unit": message(
        "Of the first {images:,} training images, these activate unit {number:,} most."
    ),
    "number": message(
        "Of the first {images:,} training images, these activate number {number:,} most."
    ),
}


def show_top_activations(model: TrainedModel, stage: list[LayerActivation]) -> None:
    """Show the images that activate a filter or unit of a stage's last layer most.

    Args:
        model: The network.
        stage: The activations of the stage's layers.
    """
    classifier, layer = get_classifier(model), stage[-1].layer
    count = layer.output_shape[-1]
    own = stage[-1].output.reshape(-1, count).max(axis=0)
    chosen, text = st.columns([1, 2], gap="large", vertical_alignment="center")
    with chosen:
        picker = ChannelPicker(classifier, stage)
        channel = picker.show(_(LABELS[picker.kind], layer=escape_markdown(layer.name)))
    images = get_data().train.images[:SEARCHED_IMAGES]
    found = get_top_activations(model, layer.name)
    top = list_top_activations(classifier, layer, found, images, channel)
    with text:
        explanation = _(EXPLANATIONS[picker.kind], images=SEARCHED_IMAGES, number=channel)
        value = _describe_value(picker.kind, float(own[channel]))
        field = _describe_receptive_field(top[0].window)
        st.html(f"<p>{join_sentences(explanation, value)}</p><p>{field}</p>")
    figures = [_figure_html(activation) for activation in top]
    if stage[0].layer.kind == "Conv2D" and stage[0].input.shape[2] == 1:
        figures.insert(0, _weights_html(stage[0].weights[0][:, :, 0, channel]))
    st.html(f'<div class="top-activations">{"".join(figures)}</div>')


def _describe_value(kind: ChannelKind, value: float) -> str:
    """Return a sentence about a channel's value; of a map, which has many, it is the largest."""
    if kind == "map":
        return _(
            "For this digit, the largest value is {value}. To choose another layer, click its "
            "card above.",
            value=format_number(value),
        )
    return _(
        "For this digit, the value is {value}. To choose another layer, click its card above.",
        value=format_number(value),
    )


def _describe_receptive_field(window: Window) -> str:
    height, width = min(window.height, INPUT_SHAPE[0]), min(window.width, INPUT_SHAPE[1])
    if (height, width) == INPUT_SHAPE[:2]:
        return _("Each of its values may depend on the whole image.")
    return _(
        "Each of its values depends on up to {height} × {width} pixels of the image; those of the "
        "largest value are outlined.",
        height=height,
        width=width,
    )


def _weights_html(weights: np.ndarray) -> str:
    picture = picture_html(color_signed(weights), _("Weights"))
    return (
        f'<figure class="map weights"><div>{picture}</div>'
        f"<figcaption>{_('Its weights: white is positive, blue is negative')}</figcaption></figure>"
    )


def _figure_html(activation: TopActivation) -> str:
    data, index = get_data().train, activation.index
    image = data.images[index]
    gray = as_rgb(image)
    window = activation.window
    whole = window.height >= image.shape[0] and window.width >= image.shape[1]
    pictures = picture_html(
        gray if whole else mark_window(gray, _clip(window)),
        _("Training image {index}", index=index),
    )
    if not whole:
        patch = as_rgb(activation.patch)
        pictures += picture_html(patch, _("The patch of training image {index}", index=index))
    value = escape(format_number(activation.value))
    return (
        f'<figure class="map"><div>{pictures}</div>'
        f"<figcaption>{data.labels[index]}: {value}</figcaption></figure>"
    )


def _clip(window: Window) -> Window:
    """Return the part of a window that lies inside the image."""
    top, left = max(0, window.top), max(0, window.left)
    bottom = min(INPUT_SHAPE[0], window.top + window.height)
    right = min(INPUT_SHAPE[1], window.left + window.width)
    return Window(top, left, bottom - top, right - left)
