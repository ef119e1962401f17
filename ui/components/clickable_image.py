"""A picture made of cells, one of which is chosen by a click.

What is chosen by clicking can be chosen by a slider beside it too, so that the keyboard reaches
everything.
"""

from collections.abc import Callable

import streamlit as st

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
    """Show a picture and call back where it is clicked.

    Args:
        html: The picture, one image with whatever stands around it.
        rows: Into how many rows of cells it is divided.
        columns: Into how many columns.
        choose: Called with the clicked cell's row and column before the page runs again.
        key: The widget's key.
    """

    def report() -> None:
        row, column = st.session_state[key]["cell"]
        choose(int(row), int(column))

    data = {"html": html, "rows": rows, "columns": columns}
    _show(data=data, key=key, on_cell_change=report)
