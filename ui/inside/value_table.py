"""Tables of numbers on colored cells, and rectangles on enlarged pictures."""

from collections.abc import Sequence
from html import escape

import numpy as np

from mnist_core.interpretability.receptive_fields import Window
from ui.images import MARK, color_signed
from ui.language import _

ENLARGED = 224
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""What red, green and blue contribute to the luminance of a color."""


def format_number(value: float, decimals: int = 2) -> str:
    """Write a number with fixed decimals and a true minus sign."""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")


def cells_html(values: np.ndarray, caption: str, scale: float) -> str:
    """Return a table of numbers, each on the color it has in pictures.

    Args:
        values: (h, w) float.
        caption: What the numbers are.
        scale: The absolute value that gets the full color.
    """
    rows = []
    for line, colors in zip(values, color_signed(values, scale), strict=True):
        cells = []
        # Above this luminance, black has more contrast than white (WCAG 2.2).
        are_bright = (colors / 255) ** 2.2 @ LUMINANCE > 0.18
        for value, is_bright, (red, green, blue) in zip(
            line, are_bright, colors.tolist(), strict=True
        ):
            ink = "#000" if is_bright else "#fff"
            cells.append(
                f'<td style="background:rgb({red},{green},{blue});color:{ink}">'
                f"{format_number(value)}</td>"
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table class="cells"><caption>{escape(caption)}</caption>{"".join(rows)}</table>'


def mark_window(picture: np.ndarray, window: Window) -> np.ndarray:
    """Enlarge a picture to about `ENLARGED` pixels and outline a rectangle of its cells.

    Args:
        picture: (h, w, 3) uint8 RGB.
        window: Cells of the picture.

    Returns:
        (h · k, w · k, 3) uint8 RGB with k a whole number.
    """
    factor = max(3, ENLARGED // max(picture.shape[:2]))
    line = max(3, factor // 5)
    enlarged = picture.repeat(factor, axis=0).repeat(factor, axis=1)
    top, left = window.top * factor, window.left * factor
    bottom, right = (window.top + window.height) * factor, (window.left + window.width) * factor
    inside = enlarged[top + line : bottom - line, left + line : right - line].copy()
    enlarged[top:bottom, left:right] = MARK
    enlarged[top + line : bottom - line, left + line : right - line] = inside
    return enlarged


def steps_html(steps: Sequence[tuple[str, float | str]], own: float) -> str:
    """Return a calculation as a table that ends with the network's own value."""
    lines = "".join(
        f"<tr><th>{escape(text)}</th><td>{_format_value(value)}</td></tr>" for text, value in steps
    )
    return (
        f'<table class="steps">{lines}'
        f'<tr class="own"><th>{_("The network’s own value here")}</th>'
        f"<td>{format_number(own, 3)}</td></tr></table>"
    )


def _format_value(value: float | str) -> str:
    return value if isinstance(value, str) else format_number(value, 3)
