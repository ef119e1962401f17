"""The preparation of an image and its label for training, one step at a time."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.messages import message
from mnist_core.preprocessing.tutorial_steps import Step, list_steps
from ui import state
from ui.components.facts_table import facts_table_html
from ui.language import _, localize
from ui.pixels.array_info import format_range

EXCERPT = 5
HEADINGS = (
    message("Step"),
    message("Code"),
    message("Shape"),
    message("Type"),
    message("Range"),
    message("Bytes"),
)


def show_tutorial_steps(raw: np.ndarray, label: int | None, source: str) -> None:
    """Show one step with a few of its numbers, and a table of all steps.

    Args:
        raw: (28, 28) uint8.
        label: The image's label in 0..9, None if it has none.
        source: As in `list_steps`.
    """
    steps = list_steps(raw, label, source)
    chosen = min(st.session_state.get(state.PIXELS_STEP, 0), len(steps) - 1)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for title, icon, direction in (
            (_("Previous step"), ":material/arrow_back:", -1),
            (_("Next step"), ":material/arrow_forward:", 1),
        ):
            st.button(
                title,
                icon=icon,
                on_click=_choose,
                args=(chosen + direction,),
                disabled=not 0 <= chosen + direction < len(steps),
                key=f"pixels_step_{direction}",
            )
    step = steps[chosen]
    excerpt = _format_excerpt(step.array, *_find_ink(raw))
    st.html(
        f'<div class="step"><h2>{chosen + 1}. {escape(localize(step.name))}</h2>'
        f"<p>{escape(localize(step.reason))}</p><pre>{escape(step.code)}</pre>"
        f"<pre>{escape(excerpt)}</pre></div>{_table_html(steps, chosen)}"
    )
    if label is None:
        st.caption(_("A drawing has no label, so there is no one-hot vector."))


def _choose(step: int) -> None:
    st.session_state[state.PIXELS_STEP] = step


def _table_html(steps: list[Step], chosen: int) -> str:
    rows = [
        (
            f"{number}. {escape(localize(step.name))}",
            f"<code>{escape(step.code)}</code>",
            str(step.array.shape),
            str(step.array.dtype),
            format_range(step.array),
            f"{step.array.nbytes:,}",
        )
        for number, step in enumerate(steps, 1)
    ]
    return facts_table_html(
        _("The steps"), list(map(localize, HEADINGS)), rows, "steps-table", chosen
    )


def _find_ink(raw: np.ndarray) -> tuple[int, int]:
    """Return the row with the most ink, and the first of its `EXCERPT` columns with the most."""
    row = int(raw.sum(axis=1, dtype=np.int64).argmax())
    sums = np.convolve(raw[row].astype(np.int64), np.ones(EXCERPT, np.int64), "valid")
    return row, int(sums.argmax())


def _format_excerpt(array: np.ndarray, row: int, column: int) -> str:
    """Return an expression for a few numbers of an array, and these as NumPy prints them."""
    if array.ndim == 1:
        return f"label\n{array}"
    end = column + EXCERPT
    if array.ndim == 4:
        return f"batch[0, {row}, {column}:{end}]\n{array[0, row, column:end]}"
    return f"image[{row}, {column}:{end}]\n{array[row, column:end]}"
