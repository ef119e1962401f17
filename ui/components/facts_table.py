"""A table of facts that scrolls sideways where it is too wide."""

from collections.abc import Iterable, Sequence
from html import escape


def facts_table_html(
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    kind: str = "",
    chosen: int | None = None,
    total: Sequence[str] = (),
) -> str:
    """Return a table whose first column names the rows.

    Args:
        name: What the table shows, for screen readers.
        headings: A heading for each column.
        rows: The cells of each row, as HTML.
        kind: Another CSS class of the table.
        chosen: The index of the row that the page is about now.
        total: The cells of a last row that sums up the others, as HTML.
    """
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(
        _row_html(cells, ' class="chosen" aria-current="true"' if index == chosen else "")
        for index, cells in enumerate(rows)
    )
    foot = f"<tfoot>{_row_html(total)}</tfoot>" if total else ""
    return (
        f'<div class="facts-frame" role="region" aria-label="{escape(name)}" tabindex="0">'
        f'<table class="{f"facts {kind}".strip()}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def _row_html(cells: Sequence[str], attributes: str = "") -> str:
    first, *others = cells
    values = "".join(f"<td>{cell}</td>" for cell in others)
    return f'<tr{attributes}><th scope="row">{first}</th>{values}</tr>'
