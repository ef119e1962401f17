"""The confusion matrix, in which a cell, a row or a column filters the gallery."""

from collections.abc import Callable

import numpy as np

from ui.components.html_choices import show_choices
from ui.language import _

MIN_HEAT, MAX_HEAT = 14, 55
"""The percentage of the accent color in cells with one mistake and with the most mistakes; more
would make the numbers hard to read."""

ANY = "any"


def show_confusion_matrix(
    confusion: np.ndarray,
    true: int | None,
    predicted: int | None,
    choose: Callable[[int | None, int | None], None],
) -> None:
    """Show the confusion matrix with its mistakes highlighted.

    Args:
        confusion: (10, 10) int, images by label (rows) and prediction (columns).
        true: The chosen label, None for any.
        predicted: The chosen prediction, None for any.
        choose: Called with the label and the prediction of a cell; one of them is None for a whole
            row or column, both for the one that was chosen already.
    """

    def report(choice: str) -> None:
        row, column = (None if part == ANY else int(part) for part in choice.split("-"))
        is_chosen = (row, column) == (true, predicted)
        choose(*((None, None) if is_chosen else (row, column)))

    digits = range(10)
    columns = "".join(_header(None, digit, predicted == digit and true is None) for digit in digits)
    rows = "".join(
        _header(row, None, true == row and predicted is None)
        + "".join(_cell(confusion, row, column, (row, column) == (true, predicted))
                  for column in digits)
        for row in digits
    )  # fmt: skip
    html = (
        '<div class="confusion-frame"><span>'
        f'{_("Prediction")}</span><span class="upright">{_("Label")}</span>'
        f'<div class="confusion"><b></b>{columns}{rows}</div></div>'
    )
    show_choices(html, _("Confusion matrix"), report, key="errors_matrix")


def _header(row: int | None, column: int | None, chosen: bool) -> str:
    if row is None:
        digit, choice, name = (
            column,
            f"{ANY}-{column}",
            _("Images misclassified as {column}", column=column),
        )
    else:
        digit, choice, name = row, f"{row}-{ANY}", _("Misclassified images labeled {row}", row=row)
    return (
        f'<button class="header" data-choice="{choice}" aria-label="{name}" title="{name}" '
        f'aria-pressed="{str(chosen).lower()}">{digit}</button>'
    )


def _cell(confusion: np.ndarray, row: int, column: int, chosen: bool) -> str:
    count = int(confusion[row, column])
    if count == 0:
        return "<span></span>"
    name = _("Label {row}, prediction {column}: {count}", row=row, column=column, count=count)
    style = ""
    if row != column:
        most = int((confusion - np.diag(np.diag(confusion))).max())
        heat = MIN_HEAT + (MAX_HEAT - MIN_HEAT) * np.sqrt((count - 1) / max(1, most - 1))
        style = f' style="--heat:{heat:.0f}%"'
    return (
        f'<button data-choice="{row}-{column}" aria-label="{name}" title="{name}"{style} '
        f'class="{"correct" if row == column else "incorrect"}" '
        f'aria-pressed="{str(chosen).lower()}">{count}</button>'
    )
