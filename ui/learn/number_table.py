"""An image as a table of its numbers, each on its own gray."""

from html import escape

import numpy as np


def number_table_html(image: np.ndarray, description: str) -> str:
    """Return a table as pandas shows a DataFrame, with row and column numbers.

    Args:
        image: (rows, columns) uint8.
        description: What it shows, for screen readers.
    """
    rows, columns = image.shape
    head = "".join(f'<th scope="col">{column}</th>' for column in range(columns))
    body = "".join(
        f'<tr><th scope="row">{row}</th>{"".join(map(_cell, image[row].tolist()))}</tr>'
        for row in range(rows)
    )
    return (
        f'<div class="numbers" role="region" aria-label="{escape(description)}" tabindex="0">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: int) -> str:
    mark = ' class="bright"' if value > 118 else ""
    return f'<td{mark} style="--value:{value}">{value}</td>'
