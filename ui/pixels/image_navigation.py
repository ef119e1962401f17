"""The controls that choose an image: by split, index and digit, next, previous, or unusual.

Their callbacks change the selection in the session, not the one that was drawn: a click that
follows a typed index at once arrives before the page is drawn again.
"""

from dataclasses import replace

import streamlit as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.datasets.statistics import rank_by_distance
from ui import state
from ui.components.widget_value import with_value
from ui.language import _, localize_each
from ui.pixels.cached_statistics import get_distances
from ui.pixels.image_selection import SPLITS, ImageSelection, get_current

UNUSUAL_IMAGES = 50
"""How many of a digit's images, the farthest from its mean, are offered as unusual."""


def show_navigation(selection: ImageSelection, data: Mnist) -> None:
    """Show the controls; each of them changes the selection in the session."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="pixels_navigation"
    ):
        _pick_split(selection, data)
        if selection.split == "drawing":
            return
        _pick_index(selection, data)
        _pick_digit(selection, data)
        st.button(
            _("Previous"),
            icon=":material/chevron_left:",
            on_click=_step,
            args=(data, False),
            shortcut="P",
            key="pixels_previous",
        )
        st.button(
            _("Next"),
            icon=":material/chevron_right:",
            on_click=_step,
            args=(data, True),
            shortcut="N",
            key="pixels_next",
        )
        _show_unusual_button(selection, data)


def _select(selection: ImageSelection) -> None:
    st.session_state[state.PIXELS_SELECTION] = selection


def _step(data: Mnist, forward: bool) -> None:
    selection = get_current(data)
    if selection.split == "drawing":
        return
    labels = selection.get_images(data).labels
    _select(replace(selection, index=selection.find_adjacent(labels, forward)))


def _pick_split(selection: ImageSelection, data: Mnist) -> None:
    key = "pixels_split"
    st.session_state[key] = selection.split

    def choose(split: str) -> None:
        _select(replace(get_current(data), split=split))

    st.segmented_control(
        _("Images"),
        list(SPLITS),
        format_func=localize_each(SPLITS),
        required=True,
        on_change=with_value(key, choose),
        label_visibility="collapsed",
        key=key,
    )


def _pick_index(selection: ImageSelection, data: Mnist) -> None:
    last = len(selection.get_images(data).labels) - 1
    key = f"pixels_index_{selection.split}"
    st.session_state[key] = selection.index

    def choose(index: int) -> None:
        _select(replace(get_current(data), index=index))

    st.number_input(
        _("Index, 0 to {last:,}", last=last),
        0,
        last,
        on_change=with_value(key, choose),
        key=key,
        width=150,
    )


def _pick_digit(selection: ImageSelection, data: Mnist) -> None:
    key = "pixels_digit"
    st.session_state[key] = selection.digit

    def choose(digit: int | None) -> None:
        chosen = replace(get_current(data), digit=digit)
        _select(chosen)
        if chosen.split == "drawing" or digit is None:
            return
        if chosen.get_images(data).labels[chosen.index] != digit:
            _step(data, forward=True)

    st.selectbox(
        _("Label"),
        range(10),
        placeholder=_("Any digit"),
        on_change=with_value(key, choose),
        key=key,
        width=130,
        help=_("Next and Previous go through the images with this label."),
    )


def _show_unusual_button(selection: ImageSelection, data: Mnist) -> None:
    st.button(
        _("Show an unusual {digit}", digit=_find_digit(selection, data)),
        icon=":material/search:",
        on_click=_show_unusual,
        args=(data,),
        help=_(
            "An image far from the mean image of its digit, the farthest one first. Press again "
            "for the next one."
        ),
        key="pixels_unusual",
    )


def _show_unusual(data: Mnist) -> None:
    selection = get_current(data)
    if selection.split == "drawing":
        return
    labels, distances = selection.get_images(data).labels, get_distances(selection.split)
    ranking = rank_by_distance(labels, distances, _find_digit(selection, data))
    unusual = ranking[:UNUSUAL_IMAGES].tolist()
    if selection.index in unusual:
        position = (unusual.index(selection.index) + 1) % len(unusual)
        _select(replace(selection, index=unusual[position]))
    elif unusual:
        _select(replace(selection, index=unusual[0]))


def _find_digit(selection: ImageSelection, data: Mnist) -> int:
    """Return the chosen label, else the label of the image."""
    if selection.digit is not None:
        return selection.digit
    return int(selection.get_images(data).labels[selection.index])
