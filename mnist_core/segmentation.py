"""Pieces of ink on a wide canvas, and the regions of it that may each be one digit.

Ink that hangs together is one piece, unless it can be cut: digits that touch are parted along a
seam from top to bottom that crosses little ink (Wang & Jean, "Segmentation of merged characters
by neural networks and shortest path", 1993). There are more cuts than borders between digits;
every run of neighbouring pieces, left to right, is a candidate, and a reader of digits chooses
among them (Matan et al., "Multi-digit recognition using a space displacement neural network",
1992; LeCun et al., 1998, on heuristic over-segmentation). See `mnist_core.numbers`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.drawing import FAINT, frame_ink

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
# A cut must leave this share of a piece's ink on either side, and differ so much from others.
LEAST_SHARE = 0.08
# A digit is made of at most so many pieces, and is at most so wide for the line's height.
MOST_PIECES = 5
WIDEST = 1.5


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

    image: (28, 28) float32 in 0..1, prepared as a drawing of its own. height, width, and gap,
    the widest gap between its pieces from left to right: in shares of the line's height. cut:
    how much ink was cut to part it from pieces after it, in pen widths.
    """

    first: int
    end: int
    box: Box
    image: np.ndarray
    height: float
    width: float
    gap: float
    cut: float


@dataclass(frozen=True, eq=False)
class _Piece:
    """Ink (h, w) float32 at working size, where it lies, and what cuts it from its next part."""

    ink: np.ndarray
    top: int
    left: int
    component: int
    part: int
    cut: float

    @property
    def bottom(self) -> int:
        return self.top + self.ink.shape[0]

    @property
    def right(self) -> int:
        return self.left + self.ink.shape[1]


def propose_regions(ink: np.ndarray) -> list[Region]:
    """Find every part of a line of digits that may be one digit.

    Args:
        ink: (h, w) float32 in 0..1, ink bright on 0, as `read_ink` gives it.

    Returns:
        Regions whose `first` and `end` count pieces from left to right, starting at 0. Every
        piece is a region of its own, so that a line can always be covered. Empty without ink.
    """
    components, scale = _find_components(ink)
    if not components:
        return []
    heights = [component.ink.shape[0] for component in components]
    line = float(np.median([height for height in heights if 2 * height > max(heights)]))
    pieces = [piece for component in components for piece in _cut(component, line)]
    pieces.sort(key=lambda piece: piece.left + piece.right)
    regions = []
    for first in range(len(pieces)):
        for end in range(first + 1, min(first + MOST_PIECES, len(pieces)) + 1):
            region = _join(pieces[first:end], first, line, scale)
            if region and (end == first + 1 or region.width <= WIDEST):
                regions.append(region)
    return regions


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
        components.append(_Piece(np.asarray(small), top, left, number, 0, 0.0))
    return components, scale


def _cut(component: _Piece, line: float) -> list[_Piece]:
    """Return the parts of a component between its cheapest seams, or the component whole."""
    ink = component.ink
    pen = _pen_width(ink)
    seams, costs = _find_seams(ink, line)
    total = ink.sum()
    parts = np.zeros(ink.shape, int)
    columns = np.arange(ink.shape[1])
    chosen: list[tuple[np.ndarray, np.ndarray, float]] = []
    for number in np.argsort(costs, kind="stable"):
        if costs[number] > DEEPEST_CUT * pen:
            break
        right = columns >= seams[number][:, np.newaxis]
        differences = [np.sum(ink, where=right != other) for _, other, _ in chosen]
        shares = [np.sum(ink, where=right), np.sum(ink, where=~right), *differences]
        if min(shares) >= LEAST_SHARE * total:
            chosen.append((seams[number], right, costs[number] / pen))
    chosen.sort(key=lambda item: float(item[0].mean()))
    for _, right, _ in chosen:
        parts += right
    cuts = [cost for _, _, cost in chosen] + [0.0]
    pieces = []
    for part, cut in enumerate(cuts):
        piece = np.where(parts == part, ink, 0)
        rows = np.flatnonzero(piece.max(axis=1) > FAINT)
        columns = np.flatnonzero(piece.max(axis=0) > FAINT)
        if rows.size == 0:
            continue
        pieces.append(
            _Piece(
                piece[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1],
                component.top + int(rows[0]),
                component.left + int(columns[0]),
                component.component,
                part,
                float(cut),
            )
        )
    return pieces


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
    cost = np.zeros(ways.shape)
    for row in range(height):
        beside = np.pad(cost, ((0, 0), (1, 1)), constant_values=np.inf)
        choices = np.stack([cost, beside[:, :-2] + SIDESTEP, beside[:, 2:] + SIDESTEP])
        step[row] = choices.argmin(axis=0)
        cost = choices.min(axis=0) + ink[row][ways]
    ends = cost.argmin(axis=1)
    number = np.arange(len(starts))
    seams = np.empty((len(starts), height), int)
    at = ends
    for row in range(height - 1, -1, -1):
        seams[:, row] = ways[number, at]
        at = at + np.array([0, -1, 1])[step[row, number, at]]
    return seams, cost[number, ends]


def _pen_width(ink: np.ndarray) -> float:
    """Return the mean width of strokes: four times the mean distance to their edge."""
    strokes = np.pad((ink > 0.5).astype(np.uint8), 1)
    depth = cv2.distanceTransform(strokes, cv2.DIST_L2, cv2.DIST_MASK_5)
    return max(4 * (float(depth.sum() / max(np.count_nonzero(strokes), 1)) - 0.5), 1.0)


def _join(group: list[_Piece], first: int, line: float, scale: int) -> Region | None:
    """Return a run of pieces as one region."""
    top, bottom = min(p.top for p in group), max(p.bottom for p in group)
    left, right = min(p.left for p in group), max(p.right for p in group)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for piece in group:
        rows = slice(piece.top - top, piece.bottom - top)
        columns = slice(piece.left - left, piece.right - left)
        np.maximum(ink[rows, columns], piece.ink, out=ink[rows, columns])
    image = frame_ink(ink)
    if image is None:
        return None
    by_left = sorted(group, key=lambda piece: piece.left)
    reached = np.maximum.accumulate([piece.right for piece in by_left])
    gaps = [p.left - end for p, end in zip(by_left[1:], reached[:-1], strict=True)]
    held = {(piece.component, piece.part) for piece in group}
    return Region(
        first=first,
        end=first + len(group),
        box=Box(left * scale, top * scale, right * scale, bottom * scale),
        image=image,
        height=(bottom - top) / line,
        width=(right - left) / line,
        gap=max([*gaps, 0]) / line,
        cut=sum(p.cut for p in group if (p.component, p.part + 1) not in held),
    )
