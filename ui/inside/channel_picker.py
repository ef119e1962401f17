"""The choice of a feature map, unit, number or digit, the same in every part of the Inside page."""

from typing import Literal

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.interpretability.activations import LayerActivation
from mnist_core.messages import message
from ui import state
from ui.components.widget_value import with_value

ChannelKind = Literal["map", "digit", "unit", "number"]

LABELS: dict[ChannelKind, str] = {
    "map": message("Map"),
    "digit": message("Digit"),
    "unit": message("Unit"),
    "number": message("Number"),
}


class ChannelPicker:
    """The choice of one channel of a stage; until a person chooses, the strongest one.

    Attributes:
        count: How many channels there are.
        kind: What a channel is: a feature map, the score of a digit, a unit of a dense layer, or
            another number.
    """

    def __init__(self, classifier: Classifier, stage: list[LayerActivation]) -> None:
        output = stage[-1].output
        self.count = output.shape[-1]
        self.kind = _find_kind(classifier, stage[0].layer, output)
        self._state_key = f"{classifier.name}_{stage[0].layer.name}"
        self._widget_key = f"inside_{self._state_key}_channel"
        self._chosen: dict[str, int] = st.session_state.setdefault(state.INSIDE_CHANNELS, {})
        strongest = int(np.argmax(output.reshape(-1, self.count).max(axis=0)))
        channel = min(self._chosen.get(self._state_key, strongest), self.count - 1)
        if st.session_state.get(self._widget_key) != channel:
            st.session_state[self._widget_key] = channel

    @property
    def channel(self) -> int:
        """The chosen channel, from 0."""
        return st.session_state[self._widget_key]

    def choose(self, channel: int) -> None:
        """Choose a channel, from 0, before it is shown; ignore one that does not exist."""
        if channel in range(self.count):
            self._chosen[self._state_key] = channel

    def show(self, label: str, hint: str | None = None) -> int:
        """Show the choice and return the chosen channel, from 0."""
        keep = with_value(self._widget_key, self.choose)
        if self.kind == "digit":
            st.pills(
                label,
                range(self.count),
                key=self._widget_key,
                on_change=keep,
                required=True,
            )
        elif self.count > 1:
            last = self.count - 1
            st.slider(label, 0, last, key=self._widget_key, on_change=keep, help=hint)
        return self.channel


def gives_digits(classifier: Classifier, layer: Layer) -> bool:
    """Return whether the layer's outputs are of the ten digits: the logits and their softmax."""
    return layer in classifier.layers[-2:]


def _find_kind(classifier: Classifier, layer: Layer, output: np.ndarray) -> ChannelKind:
    if output.ndim == 3:
        return "map"
    if gives_digits(classifier, layer):
        return "digit"
    return "unit" if layer.kind == "Dense" else "number"
