"""Pictures of a layer's output: feature maps, numbers, or ten bars."""

import numpy as np

from ui.images import color_signed, compose_maps, count_columns, find_scale
from ui.inside.value_table import format_number

TEXT_HEIGHT = 8
"""The percentage of a bar chart's height that the values at the bars take."""


def compose_layer(output: np.ndarray, chosen: int | None = None) -> np.ndarray:
    """Draw a layer's whole output: its feature maps, or its numbers as the cells of a rectangle.

    Args:
        output: (h, w, n) float, or of another shape, whose numbers are taken in order.
        chosen: The map that is outlined, if any.

    Returns:
        (height, width, 3) uint8 RGB, about as high as wide.
    """
    if output.ndim == 3:
        return compose_maps(output, chosen)
    columns = count_columns(output.size)
    cells = np.zeros(-(-output.size // columns) * columns, np.float32)
    cells[: output.size] = output.ravel()
    return color_signed(cells.reshape(-1, columns), find_scale(output))


def bars_html(values: np.ndarray, decimals: int | None = None) -> str:
    """Return ten values as bars up or down from a zero line, with the highest one marked.

    Args:
        values: (10,) float.
        decimals: The number of decimals of the values that are written at the bars; None for bars
            without values.
    """
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    top = 0 if decimals is None else TEXT_HEIGHT
    bottom = top if low < 0 else 0
    scale = (100 - top - bottom) / ((high - low) or 1.0)
    zero = bottom - scale * low
    leader = int(values.argmax())
    bars = []
    for digit, value in enumerate(values.tolist()):
        start, length = zero + scale * min(0.0, value), scale * abs(value)
        side = f"top:{100 - start:.1f}%" if value < 0 else f"bottom:{start + length:.1f}%"
        text = (
            "" if decimals is None else f'<em style="{side}">{format_number(value, decimals)}</em>'
        )
        bars.append(
            f"<div{' class=leads' if digit == leader else ''}><span class=plot>"
            f'<i style="bottom:{start:.1f}%;height:{length:.1f}%"></i>'
            f"{text}</span>"
            f"<span>{digit}</span></div>"
        )
    return f'<div class="bars" style="--zero:{zero:.1f}%">{"".join(bars)}</div>'
