"""The edits of images, kept in the session, with undo.

The edits of each image are kept until the page is reloaded.
"""

import numpy as np
import streamlit as st

from ui import state

MAX_EDITS = 200
"""How many edits of one image can be undone."""


def get_edited(name: str, original: np.ndarray) -> np.ndarray:
    """Return an image after its last edit, (28, 28) float32 in 0..1.

    Args:
        name: Identifies the image.
        original: The image without edits.
    """
    edits = _get_edits(name)
    return edits[-1] if edits else original


def record_edit(name: str, original: np.ndarray, image: np.ndarray) -> None:
    """Add an edit of an image, unless it changes nothing.

    Args:
        name: Identifies the image.
        original: The image without edits.
        image: (28, 28) float32 in 0..1, the image after the edit.
    """
    if not np.array_equal(image, get_edited(name, original)):
        st.session_state[state.PIXEL_EDITS][name] = [*_get_edits(name), image][-MAX_EDITS:]


def undo_edit(name: str) -> None:
    """Remove the last edit of an image, if there is one."""
    edits = _get_edits(name)
    st.session_state[state.PIXEL_EDITS][name] = edits[:-1]


def _get_edits(name: str) -> list[np.ndarray]:
    return st.session_state.setdefault(state.PIXEL_EDITS, {}).get(name, [])
