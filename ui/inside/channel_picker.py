"""Choosing a feature map, unit, number or digit, the same in every part of the Inside page."""

import numpy as np
import streamlit as st

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.activations import LayerActivation
from ui import state


class ChannelPicker:
    """The choice of one channel of a stage, from 0; until a person chooses, the strongest one.

    A channel is a feature map, or one number where there are no maps: the score of a digit, the
    value of a dense layer's unit, or any other. `noun` says which.
    """

    def __init__(self, classifier: Classifier, stage: list[LayerActivation]) -> None:
        output = stage[-1].output
        self.count = output.shape[-1]
        self.noun = _name_channels(stage[0].layer.kind, output.shape)
        self._place = f"{classifier.name}_{stage[0].layer.name}"
        self._key = f"inside_{self._place}_channel"
        self._chosen: dict[str, int] = st.session_state.setdefault(state.INSIDE_CHANNELS, {})
        strongest = int(np.argmax(output.reshape(-1, self.count).max(axis=0)))
        channel = min(self._chosen.get(self._place, strongest), self.count - 1)
        if st.session_state.get(self._key) != channel + 1:
            st.session_state[self._key] = channel + 1

    @property
    def channel(self) -> int:
        """The channel that is looked at, from 0."""
        return st.session_state[self._key] - 1

    @property
    def name(self) -> str:
        """What the chosen channel is called: digits count from 0, all others from 1."""
        number = self.channel if self.noun == "Digit" else self.channel + 1
        return f"{self.noun.lower()} {number:,}"

    def choose(self, channel: int) -> None:
        """Choose a channel, from 0, before it is shown; none that is not there."""
        if channel < self.count:
            self._chosen[self._place] = channel

    def show(self, label: str, hint: str | None = None) -> int:
        """Show the choice and return the chosen channel, from 0."""
        if self.noun == "Digit":
            st.pills(
                label,
                range(1, self.count + 1),
                format_func=lambda number: str(number - 1),
                key=self._key,
                on_change=self._keep,
                required=True,
            )
        elif self.count > 1:
            st.slider(label, 1, self.count, key=self._key, on_change=self._keep, help=hint)
        return self.channel

    def _keep(self) -> None:
        self._chosen[self._place] = self.channel


def _name_channels(kind: str, shape: tuple[int, ...]) -> str:
    if len(shape) == 3:
        return "Map"
    if shape == (10,):
        return "Digit"
    return "Unit" if kind == "Dense" else "Number"
