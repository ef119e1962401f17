"""The controls that choose an image: by split, index and digit, next, previous, or unusual."""

from dataclasses import replace

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.datasets.statistics import rank_by_distance
from ui import state
from ui.components.widget_value import with_value
from ui.language import _, localize_each
from ui.pixels.cached_statistics import get_distances
from ui.pixels.image_selection import SPLITS, ImageSelection

UNUSUAL_IMAGES = 50
"""How many of a digit's images, the farthest from its mean, are offered as unusual."""


def show_navigation(selection: ImageSelection, data: Mnist) -> None:
    """Show the controls; each of them changes the selection in the session."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="pixels_navigation"
    ):
        _pick_split(selection)
        if selection.split == "drawing":
            return
        labels = selection.get_images(data).labels
        _pick_index(selection, len(labels) - 1)
        _pick_digit(selection, labels)
        st.button(
            _("Previous"),
            icon=":material/chevron_left:",
            on_click=_select,
            args=(replace(selection, index=selection.find_adjacent(labels, forward=False)),),
            shortcut="P",
            key="pixels_previous",
        )
        st.button(
            _("Next"),
            icon=":material/chevron_right:",
            on_click=_select,
            args=(replace(selection, index=selection.find_adjacent(labels, forward=True)),),
            shortcut="N",
            key="pixels_next",
        )
        _show_unusual_button(selection, labels)


def _select(selection: ImageSelection) -> None:
    st.session_state[state.PIXELS_SELECTION] = selection


def _pick_split(selection: ImageSelection) -> None:
    key = "pixels_split"
    st.session_state[key] = selection.split

    def choose(split: str) -> None:
        _select(replace(selection, split=split))

    st.segmented_control(
        _("Images"),
        list(SPLITS),
        format_func=localize_each(SPLITS),
        required=True,
        on_change=with_value(key, choose),
        label_visibility="collapsed",
        key=key,
    )


def _pick_index(selection: ImageSelection, last: int) -> None:
    key = f"pixels_index_{selection.split}"
    st.session_state[key] = selection.index

    def choose(index: int) -> None:
        _select(replace(selection, index=index))

    st.number_input(
        _("Index, 0 to {last:,}", last=last),
        0,
        last,
        on_change=with_value(key, choose),
        key=key,
        width=150,
    )


def _pick_digit(selection: ImageSelection, labels: np.ndarray) -> None:
    key = "pixels_digit"
    st.session_state[key] = selection.digit

    def choose(digit: int | None) -> None:
        chosen = replace(selection, digit=digit)
        if chosen.digit is not None and labels[chosen.index] != chosen.digit:
            chosen = replace(chosen, index=chosen.find_adjacent(labels, forward=True))
        _select(chosen)

    st.selectbox(
        _("Label"),
        range(10),
        placeholder=_("Any digit"),
        on_change=with_value(key, choose),
        key=key,
        width=130,
        help=_("Next and Previous go through the images with this label."),
    )


def _show_unusual_button(selection: ImageSelection, labels: np.ndarray) -> None:
    digit = int(labels[selection.index]) if selection.digit is None else selection.digit

    def choose() -> None:
        ranking = rank_by_distance(labels, get_distances(selection.split), digit)
        unusual = ranking[:UNUSUAL_IMAGES].tolist()
        if selection.index in unusual:
            position = (unusual.index(selection.index) + 1) % len(unusual)
            _select(replace(selection, index=unusual[position]))
        elif unusual:
            _select(replace(selection, index=unusual[0]))

    st.button(
        _("Show an unusual {digit}", digit=digit),
        icon=":material/search:",
        on_click=choose,
        help=_(
            "An image far from the mean image of its digit, the farthest one first. Press again "
            "for the next one."
        ),
        key="pixels_unusual",
    )
