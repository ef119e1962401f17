"""Finding an image: by split, index and digit, one after the other, or an odd one."""

from dataclasses import replace

import numpy as np
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.datasets.statistics import rank_by_distance
from ui import state
from ui.pixels.cached_statistics import get_oddness
from ui.pixels.image_selection import SPLITS, Place

ODD = 50
"""Among how many of the oddest images of a digit the search goes round."""


def search_image(place: Place, data: Mnist) -> None:
    """Show the controls that lead from one image to another; each changes the place kept."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="pixels_search"
    ):
        _pick_split(place)
        if place.split == "drawing":
            return
        labels = place.get_split(data).labels
        _pick_index(place, len(labels) - 1)
        _pick_digit(place, labels)
        st.button(
            "Previous",
            icon=":material/chevron_left:",
            on_click=_go,
            args=(replace(place, index=place.step(labels, forward=False)),),
            shortcut="P",
            key="pixels_previous",
        )
        st.button(
            "Next",
            icon=":material/chevron_right:",
            on_click=_go,
            args=(replace(place, index=place.step(labels, forward=True)),),
            shortcut="N",
            key="pixels_next",
        )
        _offer_odd(place, labels)


def _go(place: Place) -> None:
    st.session_state[state.PIXELS_PLACE] = place


def _pick_split(place: Place) -> None:
    key = "pixels_split"
    st.session_state[key] = place.split

    def choose() -> None:
        _go(replace(place, split=st.session_state[key]))

    st.segmented_control(
        "Images",
        list(SPLITS),
        format_func=SPLITS.__getitem__,
        required=True,
        on_change=choose,
        label_visibility="collapsed",
        key=key,
    )


def _pick_index(place: Place, last: int) -> None:
    key = f"pixels_index_{place.split}"
    st.session_state[key] = place.index

    def choose() -> None:
        _go(replace(place, index=st.session_state[key]))

    st.number_input(f"Index, 0 to {last:,}", 0, last, on_change=choose, key=key, width=150)


def _pick_digit(place: Place, labels: np.ndarray) -> None:
    key = "pixels_digit"
    st.session_state[key] = place.digit

    def choose() -> None:
        there = replace(place, digit=st.session_state[key])
        if there.digit is not None and labels[there.index] != there.digit:
            there = replace(there, index=there.step(labels, forward=True))
        _go(there)

    st.selectbox(
        "Label",
        range(10),
        placeholder="Any digit",
        on_change=choose,
        key=key,
        width=130,
        help="Next and Previous keep to images with this label.",
    )


def _offer_odd(place: Place, labels: np.ndarray) -> None:
    digit = int(labels[place.index]) if place.digit is None else place.digit

    def choose() -> None:
        order = rank_by_distance(labels, get_oddness(place.split), digit)[:ODD].tolist()
        if place.index in order:
            _go(replace(place, index=order[(order.index(place.index) + 1) % len(order)]))
        elif order:
            _go(replace(place, index=order[0]))

    st.button(
        f"Show me an odd {digit}",
        icon=":material/search:",
        on_click=choose,
        help="One far from the mean of all images of its digit, the farthest first. Press again "
        "for the next one.",
        key="pixels_odd",
    )
