"""An image as arrays: shapes, types and ranges, its label, and its DataFrame."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.preprocessing.scaling import as_uint8
from ui.components.facts_table import facts_table_html
from ui.language import _

CELL_WIDTH = 33


def show_array_info(image: np.ndarray, label: int | None, data: Mnist) -> None:
    """Show shape, type, range and size of the image, its label and the data set.

    Args:
        image: (28, 28) float32 in 0..1.
        label: The image's label, None if it has none.
        data: The data set.
    """
    one_hot = np.zeros(10, np.float32)
    arrays = [(_("This image, raw"), as_uint8(image)), (_("This image, scaled"), image)]
    if label is not None:
        one_hot[label] = 1
        arrays.append((_("Its label, one-hot"), one_hot))
    arrays += [
        (_("All training images"), data.train.images),
        (_("All training labels"), data.train.labels),
        (_("All test images"), data.test.images),
        (_("All test labels"), data.test.labels),
    ]
    rows = [
        (name, str(array.shape), str(array.dtype), format_range(array), f"{array.nbytes:,}")
        for name, array in arrays
    ]
    headings = (_("Array"), _("Shape"), _("Type"), _("Range"), _("Bytes"))
    st.html(facts_table_html(_("The arrays"), headings, rows))
    if label is not None:
        vector = f"<code>{one_hot.astype(int)}</code>"
        text = _("The label {label} as a one-hot vector: {vector}", label=label, vector=vector)
        st.html(f"<p>{text}</p>")


def format_range(array: np.ndarray) -> str:
    """Return the lowest and the highest value of an array as text."""
    return _("{low:.4g} to {high:.4g}", low=float(array.min()), high=float(array.max()))


def show_data_frame(image: np.ndarray, scaled: bool) -> None:
    """Show an image as a shaded pandas DataFrame.

    Args:
        image: (28, 28) float32 in 0..1.
        scaled: Whether to show these values, otherwise raw values in 0..255.
    """
    frame = pd.DataFrame(image if scaled else as_uint8(image))
    styler = frame.style.apply(lambda _frame: _style_cells(image), axis=None)
    text = _(
        "In a notebook, {code} shows the same numbers: rows from top to bottom, columns from left "
        "to right, both counted from 0.",
        code="<code>pd.DataFrame(image)</code>",
    )
    st.html(f'<p class="aside">{text}</p>')
    st.dataframe(
        styler.format("{:.2f}") if scaled else styler,
        column_config={
            str(column): st.column_config.NumberColumn(width=CELL_WIDTH) for column in frame
        },
        row_height=24,
        height=28 * 24 + 40,
        key="pixels_frame",
    )


def _style_cells(image: np.ndarray) -> np.ndarray:
    """Return the CSS of each cell, (28, 28) of str."""
    return np.array(
        [
            [
                f"background-color:rgb({v},{v},{v});color:{'#000' if v > 118 else '#fff'}"
                for v in row
            ]
            for row in as_uint8(image).tolist()
        ]
    )
