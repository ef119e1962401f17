"""Choosing a feature map or unit, the same in every part of the Inside page."""

import numpy as np
import streamlit as st

from mnist_core.classifier import Classifier
from mnist_core.passage import Passage
from ui import state


class ChannelPicker:
    """The choice of one feature map or unit of a stage, from 0; at first the strongest one."""

    def __init__(self, classifier: Classifier, stage: list[Passage]) -> None:
        output = stage[-1].output
        self.count = output.shape[-1]
        self._place = f"{classifier.name}_{stage[0].layer.name}"
        self._key = f"inside_{self._place}_channel"
        strongest = int(np.argmax(output.reshape(-1, self.count).max(axis=0)))
        self._chosen: dict[str, int] = st.session_state.setdefault(state.INSIDE_CHANNELS, {})
        kept = self._chosen.get(self._place, strongest)
        st.session_state.setdefault(self._key, min(kept, self.count - 1) + 1)

    @property
    def channel(self) -> int:
        """The channel that is chosen now, from 0."""
        return st.session_state[self._key] - 1

    def choose(self, channel: int) -> None:
        """Choose a channel, from 0, before the slider is shown; none that is not there."""
        if channel < self.count:
            st.session_state[self._key] = channel + 1

    def show(self, label: str, hint: str | None = None) -> int:
        """Show the slider, counting from 1, and return the chosen channel, from 0."""
        if self.count > 1:
            st.slider(label, 1, self.count, key=self._key, help=hint)
        self._chosen[self._place] = self.channel
        return self.channel
