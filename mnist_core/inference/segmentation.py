"""Regions of a line of handwriting that may each be one digit.

The line consists of pieces: the strokes of the pen where they are known
(`mnist_core.inference.stroke_pieces`), else ink that is cut at more places than digits end
(`mnist_core.inference.ink_pieces`). Every run of neighboring pieces is a candidate for a digit
(heuristic over-segmentation: LeCun et al., "Gradient-based learning applied to document
recognition", 1998). `mnist_core.inference.digit_segmenter` chooses among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.inference.ink_pieces import Piece, cut_component, find_components
from mnist_core.inference.stroke_pieces import draw_pieces
from mnist_core.preprocessing.scaling import as_uint8

MAX_PIECES, MAX_STROKES = 8, 4  # per region
MAX_WIDTH = 1.5  # of a region of several pieces, as a fraction of the line's height
VIEW = (32, 48)
"""The height and width of a region's view, in pixels."""
LINE_HEIGHT = 20  # of the line in a view, in pixels


@dataclass(frozen=True)
class Box:
    """A rectangle on a canvas, in its pixels.

    Attributes:
        left: The first column.
        top: The first row.
        right: The column after the last.
        bottom: The row after the last.
    """

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, eq=False)
class Region:
    """A run of pieces that may be one digit.

    Attributes:
        first: The number of the first piece, from 0.
        end: The number after that of the last piece.
        box: The bounding box on the canvas.
        ink: (h, w) float32 in 0..1, only these pieces, at working size.
    """

    first: int
    end: int
    box: Box
    ink: np.ndarray


@dataclass(frozen=True, eq=False)
class Proposals:
    """The regions of a line that may be digits.

    Attributes:
        regions: The regions, ordered by their first piece, then by their last.
        views: (n, 32, 48, 2) uint8 in 0..255, for each region the part of the line around its
            center. The first channel is the region's ink, the second all other ink.
        pieces: The number of pieces of the line.
        factor: How many pixels of the ink are one at working size, in each direction.
    """

    regions: list[Region]
    views: np.ndarray
    pieces: int
    factor: int = 1


def propose_regions(ink: np.ndarray, strokes: Sequence[np.ndarray] | None = None) -> Proposals:
    """Find all regions of a line of handwriting that may be one digit.

    Args:
        ink: (h, w) float32 in 0..1, bright ink on 0, from `extract_ink`.
        strokes: (n, 2) float arrays in pixels of the ink, in the order drawn; None if unknown.
            They are not used if they do not cover the ink.

    Returns:
        The regions. Each piece alone is a region too, so that some sequence of regions always
        covers the line. Without ink there are none.

    Raises:
        DrawingError: A stroke is of another shape.

    Examples:
        >>> from mnist_core import load_mnist
        >>> from mnist_core.preprocessing.drawing import extract_ink
        >>> seven, two, one = load_mnist().test.images[:3]
        >>> proposals = propose_regions(extract_ink(np.hstack([seven, two, one])))
        >>> proposals.views.shape == (len(proposals.regions), 32, 48, 2)
        True
    """
    strokes_drawn, factor = draw_pieces(ink, strokes) if strokes else ([], 1)
    if strokes_drawn:
        pieces, line_height = strokes_drawn, _measure_line(strokes_drawn)
    else:
        components, factor = find_components(ink)
        if not components:
            return Proposals([], np.zeros((0, *VIEW, 2), np.uint8), 0)
        line_height = _measure_line(components)
        pieces = [piece for part in components for piece in cut_component(part, line_height)]
        pieces.sort(key=lambda piece: piece.left + piece.right)
    most_pieces = MAX_STROKES if strokes_drawn else MAX_PIECES
    runs = [
        (first, end)
        for first in range(len(pieces))
        for end in range(first + 1, min(first + most_pieces, len(pieces)) + 1)
        if end == first + 1 or _measure_width(pieces[first:end]) <= MAX_WIDTH * line_height
    ]
    regions = [_join(pieces[first:end], first, factor, ink.shape) for first, end in runs]
    return Proposals(regions, _render_views(pieces, runs, line_height), len(pieces), factor)


def _measure_line(parts: Sequence[Piece]) -> float:
    """Return the height of a line: the usual height of its strokes or components."""
    heights = [part.ink.shape[0] for part in parts]
    return float(np.median([height for height in heights if 2 * height > max(heights)]))


def _measure_width(group: list[Piece]) -> int:
    return max(piece.right for piece in group) - min(piece.left for piece in group)


def _join(group: list[Piece], first: int, factor: int, canvas: tuple[int, ...]) -> Region:
    """Join a run of pieces to one region of a canvas of shape (h, w)."""
    top, bottom = min(p.top for p in group), max(p.bottom for p in group)
    left, right = min(p.left for p in group), max(p.right for p in group)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for piece in group:
        piece.draw(ink, top, left)
    canvas_bottom, canvas_right = np.minimum([bottom * factor, right * factor], canvas).tolist()
    box = Box(left * factor, top * factor, canvas_right, canvas_bottom)
    return Region(first, first + len(group), box, ink)


def _render_views(
    pieces: list[Piece], runs: list[tuple[int, int]], line_height: float
) -> np.ndarray:
    """Return the view of each run of pieces, as in `Proposals.views`."""
    height, width = max(p.bottom for p in pieces), max(p.right for p in pieces)
    scale = LINE_HEIGHT / line_height
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    margin = VIEW[1]
    layers = np.zeros((len(pieces) + 1, size[1] + 2 * margin, size[0] + 2 * margin), np.float32)
    for number, piece in enumerate(pieces):
        line = np.zeros((height, width), np.float32)
        piece.draw(line, 0, 0)
        small = cv2.resize(line, size, interpolation=cv2.INTER_AREA)
        layers[number + 1, margin:-margin, margin:-margin] = small
    # The ink of a run is the difference of two of these sums.
    sums = layers.cumsum(axis=0)
    views = np.empty((len(runs), *VIEW, 2), np.float32)
    for number, (first, end) in enumerate(runs):
        group = pieces[first:end]
        doubled_row = min(p.top for p in group) + max(p.bottom for p in group)
        doubled_column = min(p.left for p in group) + max(p.right for p in group)
        top = round(doubled_row / 2 * scale) + margin - VIEW[0] // 2
        left = round(doubled_column / 2 * scale) + margin - VIEW[1] // 2
        window = (slice(top, top + VIEW[0]), slice(left, left + VIEW[1]))
        own = sums[end][window] - sums[first][window]
        views[number, ..., 0] = own
        views[number, ..., 1] = sums[-1][window] - own
    return as_uint8(views)
