"""The edits of images, kept in the session, with undo.

The edits of each image are kept until the page is reloaded.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ui import state

MAX_EDITS = 200
"""How many edits of one image can be undone."""


@dataclass(frozen=True, eq=False)
class LabeledImage:
    """An image and its label.

    Attributes:
        image: (28, 28) float32 in 0..1.
        label: The digit, None if it is not known.
    """

    image: np.ndarray
    label: int | None


def get_edited(name: str, original: LabeledImage) -> LabeledImage:
    """Return an image after its last edit.

    Args:
        name: Identifies the image.
        original: The image without edits.
    """
    edits = _get_edits(name)
    return edits[-1] if edits else original


def record_edit(name: str, original: LabeledImage, edited: LabeledImage) -> None:
    """Add an edit of an image, unless it changes nothing.

    Args:
        name: Identifies the image.
        original: The image without edits.
        edited: The image after the edit.
    """
    current = get_edited(name, original)
    if edited.label != current.label or not np.array_equal(edited.image, current.image):
        st.session_state[state.PIXEL_EDITS][name] = [*_get_edits(name), edited][-MAX_EDITS:]


def undo_edit(name: str) -> None:
    """Remove the last edit of an image, if there is one."""
    edits = _get_edits(name)
    st.session_state[state.PIXEL_EDITS][name] = edits[:-1]


def _get_edits(name: str) -> list[LabeledImage]:
    return st.session_state.setdefault(state.PIXEL_EDITS, {}).get(name, [])
