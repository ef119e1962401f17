"""Reading of an image from the bytes of a text file."""

import numpy as np

from mnist_core.preprocessing.pixel_table_reader import read_table


def parse_csv(content: bytes, name: str) -> np.ndarray:
    """Return the first image of a file."""
    return read_table(content, name).image(0)
