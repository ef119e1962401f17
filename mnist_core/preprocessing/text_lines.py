"""Lines of writing in a picture, found by how its components lie.

A line is a chain of components of similar height from left to right, each next to the one before
it, so that lines may rise or fall. Smaller components, such as the detached bar of a 5, belong to
the line that they lie in.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from mnist_core.preprocessing.centering import measure_strokes
from mnist_core.preprocessing.digit_selection import Components
from mnist_core.preprocessing.photo import isolate
from mnist_core.preprocessing.scaling import as_uint8
from mnist_core.preprocessing.writing import Writing

# The smallest digits, and those that are better seen larger, as fractions of the picture's longer
# side.
SMALLEST, SMALL = 0.012, 0.018
# The heights of a line's components, as fractions of the typical height of the writing.
LOWEST, HIGHEST = 0.45, 2.2
# The gap between neighbors in a line at most, and the height that they share at least, as fractions
# of the typical height and of the smaller component's height.
MAX_GAP, MIN_OVERLAP = 2.5, 0.4
# A gap lies between cells of a table if it is wider than the first number, as a fraction of the
# typical height, and than the second one times the gap that a quarter of neighbors have at most.
CELL_GAP, CELL_RATIO = 0.9, 3.0
# Parts of a digit that was cut by a ruled line lie above each other with at most this gap, and are
# together at most so high, as fractions of the typical height.
STACK_GAP, STACK_HEIGHT = 0.15, 1.5
# Smaller components than this fraction of the typical height, in length, are specks.
SPECK = 0.12
# The gap between a small component and its line at most, as a fraction of the typical height.
SMALL_GAP = 0.35
# The height of a line's digits and the width of its strokes when it is read, in pixels.
HEIGHT, THINNEST = 128, 9
MARGIN = 0.35  # around a line, as a fraction of its digits' height
# Digits in a picture at most. Reading takes about 10 ms for each.
MAX_COMPONENTS = 1500
# Pixels of a line that is read at most: a level one of about 140 times its digits' height.
MAX_PIXELS = 4_000_000


@dataclass(frozen=True, eq=False)
class TextLine:
    """A line of writing, straightened and enlarged like a canvas.

    Attributes:
        pixels: (h, w) uint8, white ink on black.
        to_writing: (2, 3) float64, the affine map from these pixels to the pixels of the writing.
    """

    pixels: np.ndarray
    to_writing: np.ndarray


def is_small(components: Components) -> bool:
    """Return whether most of what may be digits is too small to be read well."""
    counts = [_is_large(components, each).sum() for each in (SMALLEST / 2, SMALL)]
    return bool(counts[0] > 2 * counts[1])


def find_lines(components: Components, smallest: float = SMALLEST) -> list[list[int]]:
    """Return the numbers of each line's components, lines with the most ink first.

    Args:
        components: Of a picture's ink. If more than `MAX_COMPONENTS` of them are as high as digits,
            they are taken for a texture, which has no lines.
        smallest: The smallest digits, as a fraction of the picture's longer side.
    """
    low, high = components.low, components.high
    sizes = high - low
    possible = _is_large(components, smallest) & ~components.is_cut
    if not possible.any():
        possible = _is_large(components, smallest)
    numbers = np.flatnonzero(possible)
    if not numbers.size:
        return []
    height = _typical_height(sizes[numbers, 1], components.weights[numbers])
    # Those that the border of the picture cuts off continue lines of others.
    numbers = np.flatnonzero(_is_large(components, smallest))
    is_digit = (sizes[numbers, 1] >= LOWEST * height) & (sizes[numbers, 1] <= HIGHEST * height)
    digits = numbers[is_digit]
    if len(digits) > MAX_COMPONENTS:
        return []
    stacks = _stack(digits.tolist(), low, high, height)
    low, high = low.copy(), high.copy()
    for main, *others in stacks:
        low[main] = np.minimum(low[main], low[others].min(axis=0)) if others else low[main]
        high[main] = np.maximum(high[main], high[others].max(axis=0)) if others else high[main]
    mains = sorted((stack[0] for stack in stacks), key=lambda number: int(low[number, 0]))
    lines = [line for line in _chain(mains, low, high, height) if possible[line].any()]
    small = np.flatnonzero(components.is_ink & (sizes.max(axis=1) >= SPECK * height))
    small = small[~np.isin(small, digits)][: 2 * MAX_COMPONENTS]
    _attach(small[sizes[small].max(axis=1) <= height].tolist(), lines, low, high, height)
    others_of = {main: others for main, *others in stacks}
    for line in lines:
        line += [other for number in line for other in others_of.get(number, [])]
    lines = _split_cells(lines, components.low[:, 0], components.high[:, 0], height)
    return sorted(lines, key=lambda line: -float(components.weights[line].sum()))


def _is_large(components: Components, smallest: float) -> np.ndarray:
    longer_sides = (components.high - components.low).max(axis=1)
    return components.is_ink & (longer_sides >= smallest * max(components.labels.shape))


def straighten(writing: Writing, components: Components, line: list[int]) -> TextLine:
    """Return a line as it would look on a canvas: level, in a usual size and pen.

    A line that would have more than `MAX_PIXELS` pixels is enlarged less.

    Args:
        writing: The ink of the picture.
        components: Its components.
        line: The numbers of the line's components.
    """
    low, high = components.low[line], components.high[line]
    (left, top), (right, bottom) = low.min(axis=0), high.max(axis=0)
    part = Components(
        components.labels[top:bottom, left:right],
        components.low,
        components.high,
        components.weights,
        components.is_ink,
        components.is_cut,
    )
    cropped = Writing(
        writing.ink[top:bottom, left:right], writing.level, writing.background, writing.scale
    )
    ink = isolate(cropped, part, line)
    sizes = (high - low)[:, 1]
    height = float(np.median(sizes[2 * sizes >= sizes.max()]))
    slope = _measure_slope(low, high, height)
    # Shear so that the line is level, then enlarge and leave a margin.
    fall = slope * (np.stack([low[:, 0], high[:, 0]]) - left)
    upper = float((low[:, 1] - fall).min()) - MARGIN * height
    lower = float((high[:, 1] - fall).max()) + MARGIN * height
    sides = np.array([right - left + 2 * MARGIN * height, lower - upper])
    scale = min(HEIGHT / height, float(np.sqrt(MAX_PIXELS / sides.prod())))
    to_line = np.array([[1, 0, MARGIN * height], [-slope, 1, top - upper]], np.float64) * scale
    size = [round(side) for side in sides * scale]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    canvas = np.clip(cv2.warpAffine(ink, to_line, size, flags=method), 0, 1)
    pen, _ = measure_strokes(canvas)
    if 0 < pen < THINNEST:
        reach = round(THINNEST - pen) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
        canvas = cv2.GaussianBlur(cv2.dilate(canvas, kernel), (0, 0), 0.8)
    back = cv2.invertAffineTransform(to_line)
    back[:, 2] += (left, top)
    return TextLine(as_uint8(canvas), back)


def _typical_height(heights: np.ndarray, weights: np.ndarray) -> float:
    """Return the median height, weighted by ink."""
    order = np.argsort(heights)
    total = np.cumsum(weights[order])
    return float(heights[order][np.searchsorted(total, total[-1] / 2)])


def _stack(numbers: list[int], low: np.ndarray, high: np.ndarray, height: float) -> list[list[int]]:
    """Group components that lie above each other like the parts of a cut digit."""
    stacks: list[list[int]] = []
    for number in sorted(numbers, key=lambda number: int(low[number, 1])):
        upper = np.array([stack[-1] for stack in stacks], int)
        top = low[[stack[0] for stack in stacks], 1]
        shared, narrower = _measure_overlap(upper, number, low[:, 0], high[:, 0])
        is_near = low[number, 1] - high[upper, 1] <= STACK_GAP * height
        is_low = high[number, 1] - top <= STACK_HEIGHT * height
        fitting = np.flatnonzero((shared >= narrower / 2) & is_near & is_low)
        if fitting.size:
            stacks[fitting[0]].append(number)
        else:
            stacks.append([number])
    return stacks


def _chain(numbers: list[int], low: np.ndarray, high: np.ndarray, height: float) -> list[list[int]]:
    """Group components, sorted from left to right, that follow each other on a line."""
    lines: list[list[int]] = []
    for number in numbers:
        last = np.array([line[-1] for line in lines], int)
        shared, lower = _measure_overlap(last, number, low[:, 1], high[:, 1])
        gaps = low[number, 0] - high[last, 0]
        fitting = np.flatnonzero((shared >= MIN_OVERLAP * lower) & (gaps <= MAX_GAP * height))
        if fitting.size:
            lines[fitting[gaps[fitting].argmin()]].append(number)
        else:
            lines.append([number])
    return lines


def _split_cells(
    lines: list[list[int]], left: np.ndarray, right: np.ndarray, height: float
) -> list[list[int]]:
    """Divide lines at gaps that are much wider than those between the digits of a number."""
    lines = [sorted(line, key=lambda number: int(left[number])) for line in lines]
    gaps = [left[line[1:]] - np.maximum.accumulate(right[line[:-1]]) for line in lines]
    open_gaps = [gap for between in gaps for gap in between.tolist() if gap > 0]
    if not open_gaps:
        return lines
    widest = max(CELL_GAP * height, CELL_RATIO * float(np.percentile(open_gaps, 25)))
    cells: list[list[int]] = []
    for line, between in zip(lines, gaps, strict=True):
        borders = [0, *(np.flatnonzero(between > widest) + 1), len(line)]
        cells += [line[start:end] for start, end in pairwise(borders)]
    return cells


def _measure_overlap(
    numbers: np.ndarray, number: int, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the length that each of some components shares with another one, negative if it is a
    gap, and the smaller length of both, along an axis on which components reach from start to end.
    """
    shared = np.minimum(end[numbers], end[number]) - np.maximum(start[numbers], start[number])
    lengths = end - start
    return shared, np.minimum(lengths[numbers], lengths[number])


def _attach(
    numbers: list[int], lines: list[list[int]], low: np.ndarray, high: np.ndarray, height: float
) -> None:
    """Add small components to the line that has the nearest component, if it is near enough."""
    members = [member for line in lines for member in line]
    owners = [line for line in lines for _ in line]
    for number in numbers:
        gaps = np.maximum(0, np.maximum(low[members] - high[number], low[number] - high[members]))
        distances = np.hypot(gaps[:, 0], gaps[:, 1])
        nearest = int(distances.argmin())
        if distances[nearest] < SMALL_GAP * height:
            owners[nearest].append(number)
            members.append(number)
            owners.append(owners[nearest])


def _measure_slope(low: np.ndarray, high: np.ndarray, height: float) -> float:
    """Return the slope of a line by a fit through the middles of its digits."""
    is_digit = (high - low)[:, 1] >= LOWEST * height
    middles = (low[is_digit] + high[is_digit]) / 2
    if len(middles) < 2 or np.ptp(middles[:, 0]) < 2 * height:
        return 0.0
    return float(np.clip(np.polyfit(middles[:, 0], middles[:, 1], 1)[0], -0.6, 0.6))
