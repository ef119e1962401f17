"""Chapter: from bytes to numbers from 0 to 1."""

from html import escape

import streamlit as st

from mnist_core.course.example import IMAGE, ROW
from mnist_core.course.recipe import CONFIG, find_code, take_lines
from mnist_core.course.run_lines import run_lines
from mnist_core.preprocessing.tutorial_steps import Step, list_steps
from ui.components.facts_table import facts_table_html
from ui.language import _, localize
from ui.learn.cached_results import get_tried_rates
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_parts
from ui.learn.words import show_words
from ui.resources import get_data

COLUMNS = slice(7, 12)
OVERFLOW = f"""\
pixel = train_images[{IMAGE}, {ROW}, {COLUMNS.start}]
print(pixel, pixel + pixel)
"""


def show() -> None:
    """Show the steps from uint8 to numbers from 0 to 1."""
    show_parts(_show_words, _show_steps, _show_code, "scaling")


def _show_words() -> None:
    show_words(
        _(
            "The files have one byte per pixel, the [type](#dtype) uint8. It cannot hold "
            "fractions, and what exceeds 255 begins again at 0. So the first step is float32."
        ),
        _(
            "The second is [scaling](#normalization): divided by 255, every pixel is between 0 and "
            "1. A network begins with small random [weights](#weight), and learns fastest from "
            "numbers of their size."
        ),
        _(
            "The picture stays the same all the way. Only type, range and [shape](#shape) change: "
            "a last axis for the color channels, and a first one for the images of a "
            "[batch](#batch)."
        ),
    )


def _show_steps() -> None:
    data = get_data()
    steps = list_steps(data.train.images[IMAGE], None)
    headings = (_("Step"), _("Shape"), _("Type"), _("Range"))
    st.html(facts_table_html(_("The steps"), headings, map(_list_cells, steps)))
    rate = CONFIG.learning_rate
    before, (after,) = get_tried_rates((rate,))
    raw_before, (raw_after,) = get_tried_rates((rate,), factor=255)
    finding = _(
        "One step of training on {size} images: with scaled pixels the loss falls from "
        "{before:.2f} to {after:.2f}. With pixels from 0 to 255 it jumps from {raw_before:.1f} to "
        "{raw_after:,.1f}.",
        size=CONFIG.batch_size,
        before=before,
        after=after,
        raw_before=raw_before,
        raw_after=raw_after,
    )
    st.html(f'<p class="finding">{escape(finding)}</p>')


def _list_cells(step: Step) -> tuple[str, ...]:
    array = step.array
    values = escape(str(array.reshape(28, 28)[ROW, COLUMNS]))
    return (
        f"<b>{escape(localize(step.name))}</b><code>{escape(step.code)}</code>"
        f"<small>{values}</small>",
        escape(str(array.shape)),
        str(array.dtype),
        f"{array.min():.4g}–{array.max():.4g}",
    )


def _show_code() -> None:
    show_words(_("Why uint8 is not enough:"))
    show_code_lines(OVERFLOW, run_lines(OVERFLOW, train_images=get_data().train.images))
    show_words(_("All images at once:"))
    show_code_lines(take_lines(find_code("Scale"), 0, 2))
