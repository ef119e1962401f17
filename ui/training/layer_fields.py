"""The fields of a layer in the designer."""

from __future__ import annotations

from typing import Any

import streamlit as st

from mnist_core.layer_designs import ACTIVATIONS, PADDINGS
from mnist_core.messages import message
from ui.components.widget_value import with_value
from ui.language import _, localize, localize_each
from ui.training.design_draft import Draft, DraftLayer

ACTIVATION_LABELS = {
    "linear": message("None"),
    "relu": "ReLU",
    "leaky_relu": message("Leaky ReLU"),
    "tanh": message("Tanh"),
    "sigmoid": message("Sigmoid"),
    "gelu": "GELU",
}
PADDING_LABELS = {"valid": message("Valid"), "same": message("Same")}
NUMBERS = {
    "filters": (message("Filters"), message("How many feature maps the layer computes, 1 to 256.")),
    "kernel_size": (message("Kernel size"), message("Height and width of each filter, in pixels.")),
    "pool_size": (message("Pool size"), message("Height and width of the window, in pixels.")),
    "strides": (
        message("Strides"),
        message(
            "How many pixels the window moves at a time. With 2, height and width become about "
            "half."
        ),
    ),
    "units": (message("Units"), message("How many weighted sums the layer computes, 1 to 1,024.")),
    "rate": (
        message("Rate"),
        message("The fraction of the values that each training step sets to 0, 0 to 0.9."),
    ),
}
WITHOUT_SETTINGS = {
    "GlobalAveragePooling2D": message(
        "Each feature map becomes one number, its mean. There is nothing to set."
    ),
    "BatchNormalization": message(
        "Shifts and scales each feature map so that its values stay within a common range. There "
        "is nothing to set."
    ),
    "Flatten": message("The feature maps become one row of numbers. There is nothing to set."),
}
FIELD_WIDTH = 150


def show_fields(draft: Draft, layer: DraftLayer) -> None:
    """Show the fields of a layer; each change is written into the draft.

    The fields themselves have no bounds, since Streamlit does not send a value outside of them.
    """
    names = [name for name in layer.values if name != "type"]
    if not names:
        st.caption(localize(WITHOUT_SETTINGS[layer.type]))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in names:
            _show_field(draft, layer, name)


def _show_field(draft: Draft, layer: DraftLayer, name: str) -> None:
    key = f"design_{layer.id}_{name}"
    value = layer.values[name]

    def keep(entered: Any) -> None:
        is_whole = name != "rate" and isinstance(entered, float) and entered.is_integer()
        draft.change(layer.id, name, int(entered) if is_whole else entered)

    if name in NUMBERS:
        label, explanation = map(localize, NUMBERS[name])
        st.number_input(
            label,
            value=float(value),
            step=0.05 if name == "rate" else 1.0,
            format="%g",
            help=explanation,
            on_change=with_value(key, keep),
            width=FIELD_WIDTH,
            key=key,
        )
    elif name == "padding":
        st.segmented_control(
            _("Padding"),
            PADDINGS,
            default=value,
            format_func=localize_each(PADDING_LABELS),
            help=_(
                "Valid: the window stays within the pixels, so the output is smaller. Same: "
                "pixels are added around, so that strides of 1 keep the size."
            ),
            on_change=with_value(key, keep),
            required=True,
            key=key,
        )
    elif name == "activation":
        options = list(ACTIVATIONS if layer.type != "Activation" else ACTIVATIONS[1:])
        st.selectbox(
            _("Activation"),
            options,
            options.index(value),
            format_func=localize_each(ACTIVATION_LABELS),
            help=_(
                "A function that is applied to each value. Without one, several layers compute no "
                "more than a single one."
            ),
            on_change=with_value(key, keep, options),
            width=FIELD_WIDTH,
            key=key,
        )
    else:
        st.toggle(
            _("Batch normalization"),
            value,
            help=_(
                "Shifts and scales each feature map before the activation, which makes training "
                "faster and more stable."
            ),
            on_change=with_value(key, keep),
            key=key,
        )
