"""Chapter: one image."""

import streamlit as st

from mnist_core.course.example import IMAGE, ROW
from mnist_core.course.run_lines import run_lines
from ui.images import digit_html
from ui.language import _
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_parts
from ui.learn.number_table import number_table_html
from ui.learn.words import show_words
from ui.resources import get_data

LINES = f"""\
image, label = train_images[{IMAGE}], train_labels[{IMAGE}]
print(image.shape, image.dtype, image.min(), image.max(), label)
print(image[{ROW}, 7:19])
"""
FRAME = "pd.DataFrame(image)\n"


def show() -> None:
    """Show one image as a picture and as numbers."""
    show_parts(_show_words, _show_image, _show_code, "image")


def _show_words() -> None:
    image = get_data().train.images[IMAGE]
    show_words(
        _(
            "This is training image {index}, the digit {label}. To a computer it is only numbers: "
            "one from {low} to {high} for each [pixel](#pixel), in {rows} rows of {columns}.",
            index=IMAGE,
            label=int(get_data().train.labels[IMAGE]),
            low=0,
            high=255,
            rows=image.shape[0],
            columns=image.shape[1],
        ),
        _(
            "0 is paper and 255 full ink. The tutorial plots this as black ink on white; here you "
            "see white ink on black, as the network receives it. The numbers are the same."
        ),
    )
    inks = {"white": _("White ink, as here"), "black": _("Black ink, as in the tutorial")}
    ink = st.segmented_control(
        _("Ink"),
        list(inks),
        default="white",
        format_func=inks.__getitem__,
        required=True,
        label_visibility="collapsed",
        key="learn_ink",
        persist_state="session",
    )
    shown = image if ink == "white" else 255 - image
    alt = _("Training image {index}", index=IMAGE)
    st.html(f'<div class="hero">{digit_html(shown, alt)}</div>')


def _show_image() -> None:
    image = get_data().train.images[IMAGE]
    st.html(number_table_html(image, _("The numbers of training image {index}", index=IMAGE)))


def _show_code() -> None:
    data = get_data()
    printed = run_lines(LINES, train_images=data.train.images, train_labels=data.train.labels)
    show_code_lines(LINES, printed)
    show_words(_("In a notebook, pandas shows the table:"))
    show_code_lines(FRAME)
