"""The changes that a person has made to images, each of which can be taken back.

They are kept by image until the page is loaded anew.
"""

import numpy as np
import streamlit as st

from ui import state

STEPS = 200
"""How many changes of one image can be taken back."""


def get_edited(name: str, original: np.ndarray) -> np.ndarray:
    """Return an image as it was changed last, (28, 28) float32 in 0..1.

    Args:
        name: Which image.
        original: The image itself.
    """
    steps = _get_steps(name)
    return steps[-1] if steps else original


def record(name: str, original: np.ndarray, image: np.ndarray) -> None:
    """Keep a change of an image, unless nothing has changed by it."""
    if not np.array_equal(image, get_edited(name, original)):
        st.session_state[state.PIXEL_EDITS][name] = [*_get_steps(name), image][-STEPS:]


def undo(name: str) -> None:
    """Take back the last change of an image."""
    st.session_state[state.PIXEL_EDITS][name] = _get_steps(name)[:-1]


def count_steps(name: str) -> int:
    """Return how many changes of an image can be taken back."""
    return len(_get_steps(name))


def _get_steps(name: str) -> list[np.ndarray]:
    return st.session_state.setdefault(state.PIXEL_EDITS, {}).get(name, [])
