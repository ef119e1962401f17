"""An image divided into cells that can be clicked.

Pages show sliders with the same choice beside it, for use by keyboard.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.components.received import read_cell
from ui.components.widget_value import with_value

_JS = """
export default ({ data, parentElement, setTriggerValue }) => {
  const frame = parentElement.querySelector(".clickable");
  frame.innerHTML = data.html;
  frame.onclick = (event) => {
    const box = frame.querySelector("img").getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * data.rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * data.columns);
    if (row >= 0 && column >= 0 && row < data.rows && column < data.columns) {
      setTriggerValue("cell", [row, column]);
    }
  };
};
"""

_show = st.components.v2.component(
    "clickable",
    html='<div class="clickable"></div>',
    css=".clickable { cursor: crosshair; }",
    js=_JS,
    isolate_styles=False,
)


def show_clickable(
    html: str, rows: int, columns: int, choose: Callable[[int, int], None], key: str
) -> None:
    """Show an image and report the cell that is clicked.

    Args:
        html: HTML with one <img>.
        rows: The number of rows of cells.
        columns: The number of columns.
        choose: Called with the clicked cell's row and column before the script reruns.
        key: The widget's key.
    """

    def report(value: Any) -> None:
        cell = read_cell(value.get("cell"), rows, columns)
        if cell is not None:
            choose(*cell)

    data = {"html": html, "rows": rows, "columns": columns}
    _show(data=data, key=key, on_cell_change=with_value(key, report))
