"""Pieces of ink on a wide canvas, and the regions of it that may each be one digit.

Ink that hangs together is one piece, unless it can be cut: digits that touch are parted along a
seam from top to bottom that crosses little ink (Wang & Jean, "Segmentation of merged characters
by neural networks and shortest path", 1993). There are more cuts than borders between digits;
every run of neighboring pieces, left to right, is a candidate (LeCun et al., 1998, on heuristic
over-segmentation). `mnist_core.inference.digit_segmenter` chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.preprocessing.normalization import FAINT, ink_bounds, measure_strokes
from mnist_core.preprocessing.scaling import as_uint8

# The tallest piece is worked on at 64 to 127 pixels: enough to cut well, and quick.
WORKING_HEIGHT = 64
# Pieces of less than this share of the largest one's ink are specks.
SPECK = 0.03
# Seams start this far apart and stay this close to their start, in shares of the line's height.
SEAM_STEP = 1 / 16
SEAM_REACH = 1 / 8
# What a step sideways costs a seam, in pixels of ink, so that it runs straight through nothing.
SIDESTEP = 0.1
# A seam across more ink than this, in pen widths, parts no digits.
DEEPEST_CUT = 2.5
# A cut must leave so much ink on either side, and differ so much from others: the ink of a stroke
# of this length, in shares of the line's height.
LEAST_STROKE = 0.4
# A digit is made of at most so many pieces, and is at most so wide for the line's height.
MOST_PIECES = 8
WIDEST = 1.5
# A region is looked at in a window of this height and width, in which a line is so high.
VIEW = (32, 48)
LINE = 20


@dataclass(frozen=True)
class Box:
    """A rectangle of a canvas in its pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, eq=False)
class Region:
    """A part of the canvas that may be one digit: the pieces from `first` until before `end`.

    ink: (h, w) float32 in 0..1, those pieces alone, somewhat reduced.
    """

    first: int
    end: int
    box: Box
    ink: np.ndarray


@dataclass(frozen=True, eq=False)
class Proposals:
    """What may be a digit on a line.

    views: (n, 32, 48, 2) uint8 in 0..255, for each region the line around it, with the region in
    the middle: its own ink, and all other ink. pieces: how many pieces the line is made of.
    """

    regions: list[Region]
    views: np.ndarray
    pieces: int


@dataclass(frozen=True, eq=False)
class _Piece:
    """Ink (h, w) float32 at working size, and where it lies."""

    ink: np.ndarray
    top: int
    left: int

    @property
    def bottom(self) -> int:
        return self.top + self.ink.shape[0]

    @property
    def right(self) -> int:
        return self.left + self.ink.shape[1]


def propose_regions(ink: np.ndarray) -> Proposals:
    """Find every part of a line of digits that may be one digit.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0, as `extract_ink` gives it.

    Returns:
        Regions whose `first` and `end` count pieces from left to right, starting at 0. Every
        piece is a region of its own, so that a line can always be covered. None without ink.
    """
    components, scale = _find_components(ink)
    if not components:
        return Proposals([], np.zeros((0, *VIEW, 2), np.uint8), 0)
    heights = [component.ink.shape[0] for component in components]
    line = float(np.median([height for height in heights if 2 * height > max(heights)]))
    pieces = [piece for component in components for piece in _cut(component, line)]
    pieces.sort(key=lambda piece: piece.left + piece.right)
    runs = [
        (first, end)
        for first in range(len(pieces))
        for end in range(first + 1, min(first + MOST_PIECES, len(pieces)) + 1)
        if end == first + 1 or _width(pieces[first:end]) <= WIDEST * line
    ]
    regions = [_join(pieces[first:end], first, scale, ink.shape) for first, end in runs]
    return Proposals(regions, _view(pieces, runs, line), len(pieces))


def _find_components(ink: np.ndarray) -> tuple[list[_Piece], int]:
    """Return what hangs together, specks left out, and how many times it was shrunk."""
    strokes = (ink > FAINT).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    areas = statistics[:, cv2.CC_STAT_AREA]
    kept = [i for i in range(1, count) if areas[i] >= SPECK * areas[1:].max()]
    if not kept:
        return [], 1
    scale = max(1, int(statistics[kept, cv2.CC_STAT_HEIGHT].max()) // WORKING_HEIGHT)
    components = []
    for number in kept:
        x, y, width, height = (int(v) for v in statistics[number, : cv2.CC_STAT_AREA])
        left, top = x // scale, y // scale
        right, bottom = -(-(x + width) // scale), -(-(y + height) // scale)
        own = labels[y : y + height, x : x + width] == number
        full = np.zeros(((bottom - top) * scale, (right - left) * scale), np.float32)
        corner = full[y - top * scale :, x - left * scale :][:height, :width]
        corner[:] = np.where(own, ink[y : y + height, x : x + width], 0)
        small = cv2.resize(full, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        components.append(_Piece(np.asarray(small), top, left))
    return components, scale


def _cut(component: _Piece, line: float) -> list[_Piece]:
    """Return the parts of a component between its cheapest seams, or the component whole."""
    ink = component.ink
    pen = max(measure_strokes(ink)[0], 1.0)
    seams, costs = _find_seams(ink, line)
    least = LEAST_STROKE * line * pen
    parts = np.zeros(ink.shape, int)
    columns = np.arange(ink.shape[1])
    chosen: list[np.ndarray] = []
    for number in np.argsort(costs, kind="stable"):
        if costs[number] > DEEPEST_CUT * pen:
            break
        right = columns >= seams[number][:, np.newaxis]
        differences = [np.sum(ink, where=right != other) for other in chosen]
        shares = [np.sum(ink, where=right), np.sum(ink, where=~right), *differences]
        if min(shares) >= least:
            chosen.append(right)
    for right in chosen:
        parts += right
    pieces = []
    for part in range(len(chosen) + 1):
        piece = np.where(parts == part, ink, 0)
        bounds = ink_bounds(piece)
        if piece[bounds].size:
            top, left = component.top + bounds[0].start, component.left + bounds[1].start
            pieces.append(_Piece(piece[bounds], top, left))
    return pieces or [component]


def _find_seams(ink: np.ndarray, line: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the cheapest seam near each of many columns.

    Returns:
        (n, h) int64, the first column right of each seam in each row, and (n,) float64, the ink
        that each crosses.
    """
    height, width = ink.shape
    reach = max(1, round(line * SEAM_REACH))
    starts = np.arange(reach, width - reach, max(1, round(line * SEAM_STEP)))
    if starts.size == 0:
        return np.zeros((0, height), int), np.zeros(0)
    ways = starts[:, np.newaxis] + np.arange(-reach, reach + 1)
    ways = np.clip(ways, 0, width - 1)
    step = np.empty((height, *ways.shape), np.int8)
    choices = np.empty((3, *ways.shape), np.float32)
    reached = np.full((len(ways), ways.shape[1] + 2), np.inf, np.float32)
    cost = reached[:, 1:-1]  # a view: what it takes to come to each place of the last row
    cost[:] = 0
    for row in range(height):
        choices[0] = cost
        np.add(reached[:, :-2], SIDESTEP, out=choices[1])
        np.add(reached[:, 2:], SIDESTEP, out=choices[2])
        step[row] = choices.argmin(axis=0)
        np.add(choices.min(axis=0), ink[row][ways], out=cost)
    ends = cost.argmin(axis=1)
    number = np.arange(len(starts))
    seams = np.empty((len(starts), height), int)
    at = ends
    for row in range(height - 1, -1, -1):
        seams[:, row] = ways[number, at]
        at = at + np.array([0, -1, 1])[step[row, number, at]]
    return seams, cost[number, ends]


def _width(group: list[_Piece]) -> int:
    return max(piece.right for piece in group) - min(piece.left for piece in group)


def _join(group: list[_Piece], first: int, scale: int, canvas: tuple[int, ...]) -> Region:
    """Return a run of pieces as one region of a canvas (h, w)."""
    top, bottom = min(p.top for p in group), max(p.bottom for p in group)
    left, right = min(p.left for p in group), max(p.right for p in group)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for piece in group:
        _add(ink, piece, top, left)
    lowest, rightmost = np.minimum([bottom * scale, right * scale], canvas).tolist()
    box = Box(left * scale, top * scale, rightmost, lowest)
    return Region(first, first + len(group), box, ink)


def _view(pieces: list[_Piece], runs: list[tuple[int, int]], line: float) -> np.ndarray:
    """Return what `Proposals.views` holds, one for each run of pieces."""
    height, width = max(p.bottom for p in pieces), max(p.right for p in pieces)
    scale = LINE / line
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    reach = VIEW[1]
    layers = np.zeros((len(pieces) + 1, size[1] + 2 * reach, size[0] + 2 * reach), np.float32)
    for number, piece in enumerate(pieces):
        whole = np.zeros((height, width), np.float32)
        _add(whole, piece, 0, 0)
        small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
        layers[number + 1, reach:-reach, reach:-reach] = small
    until = layers.cumsum(axis=0)
    views = np.empty((len(runs), *VIEW, 2), np.float32)
    for number, (first, end) in enumerate(runs):
        group = pieces[first:end]
        middle = min(p.top for p in group) + max(p.bottom for p in group)
        center = min(p.left for p in group) + max(p.right for p in group)
        top = round(middle / 2 * scale) + reach - VIEW[0] // 2
        left = round(center / 2 * scale) + reach - VIEW[1] // 2
        window = (slice(top, top + VIEW[0]), slice(left, left + VIEW[1]))
        own = until[end][window] - until[first][window]
        views[number, ..., 0] = own
        views[number, ..., 1] = until[-1][window] - own
    return as_uint8(views)


def _add(ink: np.ndarray, piece: _Piece, top: int, left: int) -> None:
    """Draw a piece into ink whose upper left corner lies at (top, left)."""
    part = ink[piece.top - top : piece.bottom - top, piece.left - left : piece.right - left]
    np.maximum(part, piece.ink, out=part)
