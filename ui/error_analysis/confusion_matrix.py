"""The confusion matrix: every cell is a filter."""

from collections.abc import Callable

import numpy as np

from ui.components.html_choices import show_choices
from ui.formatting import format_count

FAINTEST, STRONGEST = 14, 55
"""How much of the accent color, in percent, the cells of one mistake and of the most have; more
would leave the numbers on them hard to read."""


def show_confusion_matrix(
    confusion: np.ndarray,
    true: int | None,
    predicted: int | None,
    choose: Callable[[int | None, int | None], None],
) -> None:
    """Show how often each digit was read as each, mistakes standing out.

    Args:
        confusion: (10, 10) int, images by given label (rows) and answer (columns).
        true: The label that is chosen now, None for any.
        predicted: The answer that is chosen now, None for any.
        choose: Called with the label and the answer of a cell, or of a whole row or column.
    """

    def report(choice: str) -> None:
        row, column = (None if part == "any" else int(part) for part in choice.split("-"))
        again = (row, column) == (true, predicted)
        choose(*((None, None) if again else (row, column)))

    digits = range(10)
    columns = "".join(_header(None, digit, predicted == digit and true is None) for digit in digits)
    rows = "".join(
        _header(row, None, true == row and predicted is None)
        + "".join(_cell(confusion, row, column, (row, column) == (true, predicted))
                  for column in digits)
        for row in digits
    )  # fmt: skip
    html = (
        '<div class="confusion-frame"><span>Read as</span><span class="upright">Label</span>'
        f'<div class="confusion"><b></b>{columns}{rows}</div></div>'
    )
    show_choices(html, "Confusion matrix", report, key="errors_matrix")


def _header(row: int | None, column: int | None, chosen: bool) -> str:
    digit = column if row is None else row
    name = f"Images wrongly read as {digit}" if row is None else f"Misread images labeled {digit}"
    choice = f"{'any' if row is None else row}-{'any' if column is None else column}"
    return (
        f'<button class="header" data-choice="{choice}" aria-label="{name}" title="{name}" '
        f'aria-pressed="{str(chosen).lower()}">{digit}</button>'
    )


def _cell(confusion: np.ndarray, row: int, column: int, chosen: bool) -> str:
    count = int(confusion[row, column])
    if count == 0:
        return "<span></span>"
    name = f"Labeled {row}, read as {column}: {format_count(count, 'image')}"
    style = ""
    if row != column:
        most = int((confusion - np.diag(np.diag(confusion))).max())
        heat = FAINTEST + (STRONGEST - FAINTEST) * np.sqrt((count - 1) / max(1, most - 1))
        style = f' style="--heat:{heat:.0f}%"'
    return (
        f'<button data-choice="{row}-{column}" aria-label="{name}" title="{name}"{style} '
        f'class="{"right" if row == column else "wrong"}" '
        f'aria-pressed="{str(chosen).lower()}">{count}</button>'
    )
