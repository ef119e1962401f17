"""The network that a person designs, while it is designed, with undo.

It lives in the session state, and in the page's address, so that a reload loses nothing and the
address can be shared. Its layers may be impossible for a while; the last steps can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import streamlit as st

from mnist_core.layer_designs import (
    LAYER_TYPES,
    DesignError,
    LayerDesign,
    layer_from_dict,
    layer_to_dict,
)
from mnist_core.network_design import MAX_DESIGN_LAYERS, NetworkDesign
from mnist_core.training.architectures import NETWORKS
from mnist_core.training.design_link import from_link, to_link
from ui import state
from ui.language import _, localize

PARAMETER = "network"
FIRST = "tutorial"
MAX_UNDO = 100


@dataclass(frozen=True)
class DraftLayer:
    """A layer whose settings may be impossible.

    Attributes:
        id: Unique in the session, so that each layer has widgets of its own.
        values: The type and the settings, as in the JSON of a design.
    """

    id: int
    values: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The name of the layer's type, such as "Conv2D"."""
        return self.values["type"]

    def build(self) -> LayerDesign | DesignError:
        """Return the layer, or why its settings are impossible."""
        try:
            return layer_from_dict(self.values)
        except DesignError as error:
            return error


@dataclass
class Draft:
    """The layers of a network that is being designed.

    Attributes:
        layers: The layers in order.
        chosen: The id of the layer that is edited; None if there is none.
        history: Earlier layers and choices, the latest last.
    """

    layers: tuple[DraftLayer, ...] = ()
    chosen: int | None = None
    history: list[tuple[tuple[DraftLayer, ...], int | None]] = field(default_factory=list)
    _ids: count[int] = field(default_factory=count)

    @property
    def position(self) -> int | None:
        """The position of the chosen layer, from 0; None if there is none."""
        ids = [layer.id for layer in self.layers]
        return ids.index(self.chosen) if self.chosen in ids else None

    @property
    def is_full(self) -> bool:
        """Whether no more layers can be added."""
        return len(self.layers) >= MAX_DESIGN_LAYERS

    def build(self) -> NetworkDesign | None:
        """Return the design; None while a layer's settings are impossible."""
        built = [layer.build() for layer in self.layers]
        if any(isinstance(layer, DesignError) for layer in built):
            return None
        return NetworkDesign(tuple(built))  # type: ignore[arg-type]

    def start_from(self, design: NetworkDesign) -> None:
        """Replace all layers by those of a design."""
        layers = tuple(self._make(layer_to_dict(layer)) for layer in design.layers)
        self._replace(layers, layers[0].id if layers else None)

    def add(self, layer_type: str) -> None:
        """Add a layer of a type after the chosen one, or at the end, and choose it."""
        position = len(self.layers) if self.position is None else self.position + 1
        self._insert(position, self._make(layer_to_dict(LAYER_TYPES[layer_type]())))

    def duplicate(self) -> None:
        """Add a copy of the chosen layer after it, and choose it."""
        if self.position is not None:
            copy = self._make(self.layers[self.position].values)
            self._insert(self.position + 1, copy)

    def remove(self) -> None:
        """Remove the chosen layer, and choose the one that takes its place."""
        position = self.position
        if position is None:
            return
        layers = (*self.layers[:position], *self.layers[position + 1 :])
        following = layers[min(position, len(layers) - 1)].id if layers else None
        self._replace(layers, following)

    def move(self, steps: int) -> None:
        """Move the chosen layer by so many positions, if there are so many."""
        position = self.position
        if position is None or not 0 <= position + steps < len(self.layers):
            return
        layers = list(self.layers)
        layers.insert(position + steps, layers.pop(position))
        self._replace(tuple(layers), self.chosen)

    def change(self, layer_id: int, name: str, value: object) -> None:
        """Change one setting of a layer."""
        layers = tuple(
            replace(layer, values={**layer.values, name: value}) if layer.id == layer_id else layer
            for layer in self.layers
        )
        if layers != self.layers:
            self._replace(layers, self.chosen)

    def undo(self) -> None:
        """Return to the layers before the last change; their widgets start again."""
        if self.history:
            layers, chosen = self.history.pop()
            renewed = tuple(replace(layer, id=next(self._ids)) for layer in layers)
            ids = {old.id: new.id for old, new in zip(layers, renewed, strict=True)}
            self.layers = renewed
            self.chosen = None if chosen is None else ids.get(chosen)

    def _make(self, values: Mapping[str, Any]) -> DraftLayer:
        return DraftLayer(next(self._ids), dict(values))

    def _insert(self, position: int, layer: DraftLayer) -> None:
        if not self.is_full:
            self._replace((*self.layers[:position], layer, *self.layers[position:]), layer.id)

    def _replace(self, layers: tuple[DraftLayer, ...], chosen: int | None) -> None:
        self.history = [*self.history, (self.layers, self.chosen)][-MAX_UNDO:]
        self.layers, self.chosen = layers, chosen


def find_draft() -> tuple[Draft, str]:
    """Return this session's draft, at first the network in the address or the tutorial's.

    Returns:
        The draft, and why the network in the address cannot be shown, "" if it can.
    """
    draft: Draft | None = st.session_state.get(state.TRAIN_DRAFT)
    if draft is not None:
        return draft, ""
    draft, problem = Draft(), ""
    design = NETWORKS[FIRST].design
    try:
        design = from_link(st.query_params[PARAMETER]) if has_linked_network() else design
    except DesignError as error:
        problem = _(
            "The network in this link cannot be read. {error} Ask for the link again; until then "
            "you see the network of the tutorial.",
            error=localize(str(error)),
        )
    draft.start_from(design)
    draft.history.clear()
    st.session_state[state.TRAIN_DRAFT] = draft
    return draft, problem


def has_linked_network() -> bool:
    """Return whether the page's address holds a network."""
    return bool(st.query_params.get(PARAMETER))


def is_draft_begun() -> bool:
    """Return whether this session has a draft."""
    return state.TRAIN_DRAFT in st.session_state


def sync_address(draft: Draft | None) -> None:
    """Write the draft into the page's address; remove it from there if there is none."""
    design = None if draft is None else draft.build()
    if design is not None:
        st.query_params[PARAMETER] = to_link(design)
    elif draft is None:
        st.query_params.pop(PARAMETER, None)
