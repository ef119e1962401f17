"""Sample pictures for those who have none at hand, made by `benchmarks.sample_pictures`."""

from html import escape
from pathlib import Path

import streamlit as st

from mnist_core.messages import message
from mnist_core.preprocessing.image_file import read_image
from ui import state
from ui.components.html_choices import show_choices
from ui.drawing.image_input import fit_image
from ui.images import photo_uri
from ui.language import _, localize

FOLDER = Path(__file__).with_name("samples")
SAMPLES = {
    "digit": message("A digit on ruled paper"),
    "number": message("A number in a shadow"),
    "lines": message("Lines in pencil"),
    "board": message("Chalk on a board"),
}
THUMBNAIL_SIDE = 100
"""In CSS pixels."""


def show_sample_pictures() -> None:
    """Show the sample pictures as buttons that choose them."""
    labels = {name: localize(label) for name, label in SAMPLES.items()}
    buttons = "".join(
        f'<button data-choice="{name}" title="{escape(label)}"><img src="{_thumbnail(name)}" '
        f'alt="{escape(label)}"></button>'
        for name, label in labels.items()
    )
    st.html(f'<p class="aside">{_("None at hand? Try one of these:")}</p>')
    show_choices(buttons, _("Sample pictures"), _choose, "picture_samples", "samples")


def _choose(name: str) -> None:
    if name in SAMPLES:
        st.session_state[state.PICTURE] = _path(name).read_bytes()


def _path(name: str) -> Path:
    return FOLDER / f"{name}.jpg"


@st.cache_data(max_entries=len(SAMPLES))
def _thumbnail(name: str) -> str:
    return photo_uri(fit_image(read_image(_path(name).read_bytes()), THUMBNAIL_SIDE))
