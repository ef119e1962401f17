"""What a network computes, as pictures: feature maps, kernels, and what decided.

Values are drawn as digits are, white on black: 0 is black, what is positive is white. What is
negative is blue, so that a map without negative values is plain grey.
"""

from html import escape

import numpy as np

from ui.digits import data_uri, to_bytes

NEGATIVE = np.array([64, 140, 255], np.float32)
POSITIVE = np.array([255, 255, 255], np.float32)
AGAINST = np.array([64, 140, 255], np.float32)
FOR = np.array([255, 150, 40], np.float32)
INK_SHARE = 0.45
MARK = (240, 120, 40)
GAP = 60
OUTLIERS = 0.02
"""Which share of a layer's values may be too large for its scale, lest they darken all others."""


def colour_signed(values: np.ndarray, scale: float | None = None) -> np.ndarray:
    """Colour values by sign and size, 0 black.

    Args:
        values: (…) float.
        scale: The size that gets the full colour; by default the largest one.

    Returns:
        (…, 3) uint8 RGB.
    """
    scale = scale or float(np.abs(values).max()) or 1.0
    share = np.clip(values / scale, -1, 1)[..., np.newaxis]
    return np.rint(np.where(share > 0, share * POSITIVE, -share * NEGATIVE)).astype(np.uint8)


def colour_reasons(image: np.ndarray, reasons: np.ndarray, scale: float) -> np.ndarray:
    """Lay reasons over a digit: orange what speaks for it, blue what speaks against it.

    Args:
        image: (28, 28) float32 in 0..1 or uint8.
        reasons: (h, w) float, h and w at most 28; enlarged without smoothing.
        scale: The size that gets the full colour.

    Returns:
        (28, 28, 3) uint8 RGB.
    """
    side = image.shape[0]
    rows = np.arange(side) * reasons.shape[0] // side
    columns = np.arange(side) * reasons.shape[1] // side
    enlarged = reasons[np.ix_(rows, columns)]
    share = np.clip(np.abs(enlarged) / scale, 0, 1)[..., np.newaxis]
    colour = np.where(enlarged[..., np.newaxis] > 0, FOR, AGAINST)
    ink = to_bytes(image)[..., np.newaxis] * INK_SHARE
    return np.rint(share * colour + (1 - share) * ink).astype(np.uint8)


def compose_maps(maps: np.ndarray, chosen: int | None = None) -> np.ndarray:
    """Lay the maps of a layer out in one picture, row by row, all on one scale.

    Args:
        maps: (h, w, n) float.
        chosen: The map that is outlined, if any.

    Returns:
        (height, width, 3) uint8 RGB, with a line of one pixel around each map.
    """
    height, width, count = maps.shape
    columns = count_columns(count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1, 3), GAP, np.uint8)
    coloured = colour_signed(maps, _find_scale(maps))
    for index in range(count):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        if index == chosen:
            sheet[top : top + height + 2, left : left + width + 2] = MARK
        sheet[top + 1 : top + 1 + height, left + 1 : left + 1 + width] = coloured[:, :, index]
    return sheet


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
    return colour_signed(cells.reshape(-1, columns), _find_scale(output))


def _find_scale(values: np.ndarray) -> float:
    """Return the size that gets the full colour, 0 for that of the largest one."""
    return float(np.quantile(np.abs(values), 1 - OUTLIERS))


def count_columns(count: int) -> int:
    """Return how many of `count` squares go into a row of a sheet about as high as wide."""
    return 5 if count == 10 else int(np.ceil(np.sqrt(count)))


def picture_html(picture: np.ndarray, description: str, width: str = "100%") -> str:
    """Return an <img> of a picture, (h, w, 3) uint8 RGB, with crisp pixels."""
    height, columns = picture.shape[:2]
    return (
        f'<img class="picture" src="{data_uri(picture[..., ::-1])}" alt="{escape(description)}" '
        f'style="width:{width};aspect-ratio:{columns}/{height}">'
    )


def bars_html(values: np.ndarray) -> str:
    """Return ten values as bars with their digits, the highest one marked.

    Args:
        values: (10,) float; the bars stand on the lowest one, or on 0 where none is negative.
    """
    low = min(0.0, float(values.min()))
    span = float(values.max()) - low or 1.0
    leader = int(values.argmax())
    bars = "".join(
        f"<div{' class=leads' if digit == leader else ''}>"
        f'<i style="height:{80 * (float(value) - low) / span:.1f}%"></i><span>{digit}</span></div>'
        for digit, value in enumerate(values)
    )
    return f'<div class="bars">{bars}</div>'
