"""The rows of a page: which lines of digits lie beside each other, as the cells of a table do."""

from __future__ import annotations

import numpy as np

from mnist_core.inference.number_reading import Box, NumberReading

# Lines are in one row if they share more than this fraction of the lower one's height.
MIN_OVERLAP = 0.5


def arrange_rows(lines: list[NumberReading]) -> tuple[tuple[NumberReading, ...], ...]:
    """Return rows from top to bottom, the lines of each from left to right.

    On a page that is turned, the rows are as steep as the lines if that makes them fewer.
    """
    arranged = [_arrange_on(slope, lines) for slope in (0.0, _measure_slope(lines))]
    return min(arranged, key=len)


def _arrange_on(slope: float, lines: list[NumberReading]) -> tuple[tuple[NumberReading, ...], ...]:
    """Return rows of a slope.

    A line continues a row if its first digit and the last digit of the row share more than half of
    the lower one's height.
    """
    rows: list[list[NumberReading]] = []
    for line in sorted(lines, key=lambda line: line.boxes[0].left):
        shared = [_measure_overlap(row[-1].boxes[-1], line.boxes[0], slope) for row in rows]
        if max(shared, default=0.0) > MIN_OVERLAP:
            rows[int(np.argmax(shared))].append(line)
        else:
            rows.append([line])
    return tuple(tuple(row) for row in sorted(rows, key=lambda row: _measure_middle(row, slope)))


def _measure_slope(lines: list[NumberReading]) -> float:
    """Return the slope that the lines have in common, by a fit through the middles of digits."""
    across, down = [], []
    for line in lines:
        middles = np.array([_find_middle(box) for box in line.boxes])
        offsets = middles - middles.mean(axis=0)
        across += offsets[:, 0].tolist()
        down += offsets[:, 1].tolist()
    spread = float(np.square(across).sum())
    return float(np.dot(across, down)) / spread if spread else 0.0


def _find_middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _measure_overlap(left: Box, right: Box, slope: float) -> float:
    """Return the height that two boxes on a slope share as a fraction of the lower one's; 0 or less
    if it is none, or the second one is not at the right.
    """
    if right.left < left.right:
        return 0.0
    fall = slope * (_find_middle(right)[0] - _find_middle(left)[0])
    shared = min(left.bottom, right.bottom - fall) - max(left.top, right.top - fall)
    return shared / max(1, min(left.bottom - left.top, right.bottom - right.top))


def _measure_middle(row: list[NumberReading], slope: float) -> float:
    """Return the mean height of the middles of digits above a slope."""
    middles = [_find_middle(box) for line in row for box in line.boxes]
    return float(np.mean([y - slope * x for x, y in middles]))
