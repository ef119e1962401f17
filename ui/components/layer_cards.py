"""A network as a row of cards, one per layer or stage, with arrows between them.

The style is in `ui/style.css`, under `.cards`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape

TWO_ROWS = 12
"""How many cards fit into two rows; if there are more, they are smaller."""

_MAX_SHEETS, _SIDE = 5, 100


def cards_html(cards: Sequence[str]) -> str:
    """Return cards as one row that wraps.

    Args:
        cards: The HTML of each, such as from `card_html`.
    """
    many = " many" if len(cards) > TWO_ROWS else ""
    return f'<div class="cards{many}">{"".join(cards)}</div>'


def card_html(
    choice: str, title: str, details: Sequence[str], picture: str, chosen: bool, kind: str = ""
) -> str:
    """Return a card that can be chosen.

    Args:
        choice: What is reported when it is chosen.
        title: The name of the layer's kind, such as "Convolution".
        details: Further lines, such as the shape.
        picture: The HTML of its picture.
        chosen: Whether it is the chosen one.
        kind: A CSS class.
    """
    lines = "".join(f"<small>{escape(detail)}</small>" for detail in details)
    return (
        f'<button class="{kind}" data-choice="{escape(choice)}" '
        f'aria-pressed="{str(chosen).lower()}">'
        f"{picture}<b>{_break_at_capitals(escape(title))}</b>{lines}</button>"
    )


def fixed_card_html(title: str, details: Sequence[str], picture: str) -> str:
    """Return a card that cannot be chosen; for the arguments see `card_html`."""
    lines = "".join(f"<small>{escape(detail)}</small>" for detail in details)
    return f"<div>{picture}<b>{escape(title)}</b>{lines}</div>"


def _break_at_capitals(title: str) -> str:
    """Let a name such as MaxPooling2D break into lines between its words."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "<wbr>", title)


def shape_html(shape: tuple[int, ...] | None) -> str:
    """Return a drawing of an output's shape.

    Feature maps are squares, as large as their sides and as many as the logarithm of their number;
    a row of numbers is a bar, as long as the logarithm of its length.

    Args:
        shape: The shape without the batch axis; None if it is unknown.
    """
    if shape is None:
        marks = '<text x="50" y="66" text-anchor="middle" font-size="48" fill="#fff">?</text>'
    elif len(shape) == 3:
        marks = _draw_maps(*shape)
    else:
        length = 8 + 84 * min(1.0, math.log2(max(2, shape[0])) / 15)
        top = (_SIDE - length) / 2
        marks = (
            f'<rect x="44" y="{top:.0f}" width="12" height="{length:.0f}" fill="#777" '
            'stroke="#fff"/>'
        )
    return (
        f'<div class="sheet"><svg viewBox="0 0 {_SIDE} {_SIDE}" aria-hidden="true">{marks}</svg>'
        "</div>"
    )


def _draw_maps(height: int, width: int, channels: int) -> str:
    count = min(_MAX_SHEETS, 1 + round(math.log2(channels) / 2))
    side = 8 + 52 * min(1.0, max(height, width) / 28)
    step = min(7.0, 30 / count)
    first = (_SIDE - side - step * (count - 1)) / 2
    return "".join(
        f'<rect x="{first + step * index:.0f}" y="{first + step * index:.0f}" width="{side:.0f}" '
        f'height="{side:.0f}" fill="#555" stroke="#fff"/>'
        for index in range(count)
    )
