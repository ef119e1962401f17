"""Chapter: the data."""

from html import escape

import streamlit as st

from mnist_core.course.dataset_files import list_files
from mnist_core.course.recipe import find_code, take_lines
from mnist_core.course.run_lines import run_lines
from ui.components.facts_table import facts_table_html
from ui.images import as_rgb, compose_sheet, picture_html
from ui.language import _
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_parts
from ui.learn.words import show_words
from ui.resources import get_data

DIGITS = 60
SAVE = """\
np.save("train_images.npy", train_images)
train_images = np.load("train_images.npy")
"""


def show() -> None:
    """Show what MNIST is and what is in its files."""
    show_parts(_show_words, _show_files, _show_code, "data")


def _show_words() -> None:
    data = get_data()
    show_words(
        _(
            "A network learns to read digits from examples. Ours come from [MNIST](#mnist): "
            "{train} images to learn from, the [training data](#training-data), and {test} others "
            "to check with, the [test data](#test-data). Each has a [label](#label): the digit "
            "that its writer meant.",
            train=f"{len(data.train.labels):,}",
            test=f"{len(data.test.labels):,}",
        ),
        _(
            "They are in four files in the [IDX](#idx) format. A file begins with a few whole "
            "numbers: what kind of file it is, and its [shape](#shape). Then follows one byte per "
            "[pixel](#pixel) or label, and nothing else. The bytes `{hexadecimal}` are {number}, "
            "in hexadecimal digits.",
            hexadecimal=f"{len(data.train.labels):08x}",
            number=f"{len(data.train.labels):,}",
        ),
    )


def _show_files() -> None:
    images = get_data().train.images[:DIGITS]
    sheet = compose_sheet(images, columns=12, scale=1, gap=0)
    picture = as_rgb(sheet)
    alt = _("The first {count} training images", count=DIGITS)
    headings = (_("File, and its first bytes"), _("Shape"), _("Bytes"))
    rows = [
        (
            f"<b>{escape(file.name)}</b><code>{file.header.hex(' ', 4)}</code>",
            str(file.shape),
            f"{file.size:,}",
        )
        for file in list_files(get_data())
    ]
    st.html(
        f'<div class="sheet">{picture_html(picture, alt)}</div>'
        f"{facts_table_html(_('The files'), headings, rows)}"
    )


def _show_code() -> None:
    data = get_data()
    look = take_lines(find_code("Look"), 0, 2)
    show_code_lines(
        find_code("Load") + look,
        run_lines(
            look,
            train_images=data.train.images,
            train_labels=data.train.labels,
            test_images=data.test.images,
        ),
    )
    show_words(
        _(
            "Keras does not read these files: it downloads the same arrays as one file, mnist.npz. "
            "NumPy keeps a single array in a .npy file, with its shape and [type](#dtype): here "
            "{size} bytes.",
            size=f"{list_files(data)[0].npy_size:,}",
        )
    )
    show_code_lines(SAVE)
