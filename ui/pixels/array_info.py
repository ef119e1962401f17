"""An image as arrays: shapes, types and ranges, its label, and its DataFrame."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from mnist_core.preprocessing.scaling import as_uint8

CELL_WIDTH = 33


def show_array_info(image: np.ndarray, label: int | None, data: Mnist) -> None:
    """Show shape, type, range and size of the image, its label and the data set.

    Args:
        image: (28, 28) float32 in 0..1.
        label: The image's label, None if it has none.
        data: The data set.
    """
    one_hot = np.zeros(10, np.float32)
    arrays = [("This image, raw", as_uint8(image)), ("This image, scaled", image)]
    if label is not None:
        one_hot[label] = 1
        arrays.append(("Its label, one-hot", one_hot))
    arrays += [
        ("All training images", data.train.images),
        ("All training labels", data.train.labels),
        ("All test images", data.test.images),
        ("All test labels", data.test.labels),
    ]
    rows = "".join(
        f"<tr><td>{name}</td><td>{array.shape}</td><td>{array.dtype}</td>"
        f"<td>{array.min():.4g} to {array.max():.4g}</td><td>{array.nbytes:,}</td></tr>"
        for name, array in arrays
    )
    st.html(
        '<div class="facts-frame" tabindex="0"><table class="facts"><thead><tr><th>Array</th>'
        "<th>Shape</th><th>Type</th><th>Range</th><th>Bytes</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
    if label is not None:
        st.html(f"<p>The label {label} as a one-hot vector: <code>{one_hot.astype(int)}</code></p>")


def show_data_frame(image: np.ndarray, scaled: bool) -> None:
    """Show an image as a shaded pandas DataFrame.

    Args:
        image: (28, 28) float32 in 0..1.
        scaled: Whether to show these values, otherwise raw values in 0..255.
    """
    frame = pd.DataFrame(image if scaled else as_uint8(image))
    styler = frame.style.apply(lambda _: _style_cells(image), axis=None)
    st.html(
        '<p class="aside">In a notebook, <code>pd.DataFrame(image)</code> shows the same numbers: '
        "rows from top to bottom, columns from left to right, both counted from 0.</p>"
    )
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
