"""What a filter likes: the training images, and the patches of them, that excite it most."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.interpretability.activations import LayerActivation
from mnist_core.interpretability.receptive_fields import INPUT_SHAPE, Window
from mnist_core.interpretability.top_activations import TopActivation, list_top_activations
from mnist_core.runs.model_registry import TrainedModel
from ui.images import color_signed, picture_html
from ui.inside.cached_results import SEARCHED_IMAGES, get_peaks
from ui.inside.channel_picker import ChannelPicker
from ui.inside.value_table import format_number, mark_window
from ui.resources import get_classifier, get_data


def show_exemplars(model: TrainedModel, stage: list[LayerActivation]) -> None:
    """Show the strongest images for a filter or unit of the stage's last layer.

    Args:
        model: The network.
        stage: The activations through a stage's layers.
    """
    classifier, layer = get_classifier(model), stage[-1].layer
    count = layer.output_shape[-1]
    own = stage[-1].output.reshape(-1, count).max(axis=0)
    chosen, text = st.columns([1, 2], gap="large", vertical_alignment="center")
    with chosen:
        picker = ChannelPicker(classifier, stage)
        channel = picker.show(f"{picker.noun} of {layer.name}")
    images = get_data().train.images[:SEARCHED_IMAGES]
    exemplars = list_top_activations(
        classifier, layer, get_peaks(model, layer.name), images, channel
    )
    window = exemplars[0].window
    height = min(window.height, INPUT_SHAPE[0])
    width = min(window.width, INPUT_SHAPE[1])
    with text:
        st.html(
            f"<p>These of the first {SEARCHED_IMAGES:,} training images excite {picker.name} "
            f"most. For "
            f"your digit it reaches {format_number(float(own[channel]))}. Choose another layer by "
            "its card above.</p>"
        )
        if (height, width) == INPUT_SHAPE[:2]:
            st.html("<p>Each of its values may depend on the whole image.</p>")
        else:
            st.html(
                f"<p>Each of its values depends on up to {height} × {width} pixels of the image; "
                "those of the strongest value are outlined.</p>"
            )
    figures = [_figure(exemplar) for exemplar in exemplars]
    if stage[0].layer.kind == "Conv2D" and stage[0].input.shape[2] == 1:
        weights = picture_html(color_signed(stage[0].weights[0][:, :, 0, channel]), "Weights")
        caption = "Its weights: white adds, blue takes away"
        figures.insert(
            0,
            f'<figure class="map weights"><div>{weights}</div>'
            f"<figcaption>{caption}</figcaption></figure>",
        )
    st.html(f'<div class="likes">{"".join(figures)}</div>')


def _figure(exemplar: TopActivation) -> str:
    image = get_data().train.images[exemplar.index]
    gray = np.repeat(image[..., np.newaxis], 3, axis=2)
    window = exemplar.window
    patch = np.repeat(exemplar.patch[..., np.newaxis], 3, axis=2)
    whole = window.height >= image.shape[0] and window.width >= image.shape[1]
    pictures = picture_html(
        gray if whole else mark_window(gray, _clip(window)), f"Training image {exemplar.index}"
    )
    if not whole:
        pictures += picture_html(patch, "The patch")
    label = get_data().train.labels[exemplar.index]
    return (
        f'<figure class="map"><div>{pictures}</div>'
        f"<figcaption>{label}: {escape(format_number(exemplar.value))}</figcaption></figure>"
    )


def _clip(window: Window) -> Window:
    """Return the part of a window that lies inside the image."""
    top, left = max(0, window.top), max(0, window.left)
    bottom = min(INPUT_SHAPE[0], window.top + window.height)
    right = min(INPUT_SHAPE[1], window.left + window.width)
    return Window(top, left, bottom - top, right - left)
