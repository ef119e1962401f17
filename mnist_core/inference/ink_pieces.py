"""Pieces of ink: the connected components of a line of handwriting, cut where digits may touch.

Touching digits are separated along a seam from top to bottom that crosses little ink (Wang and
Jean, "Segmentation of merged characters by neural networks and shortest path", 1993). There are
more seams than borders between digits; `mnist_core.inference.segmentation` joins pieces again.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.preprocessing.centering import FAINT, ink_bounds, measure_strokes

# The ink is reduced until its tallest component has 64 to 127 rows: enough to cut well, and fast.
WORKING_HEIGHT = 64
# Components with fewer pixels, as a fraction of the largest component's, are specks.
MIN_COMPONENT_FRACTION = 0.03
# The distance between the starts of seams, and how far a seam may move from its start sideways, as
# fractions of the line's height.
SEAM_STEP = 1 / 16
SEAM_REACH = 1 / 5
# The cost of moving a seam by one column, in pixels of ink: seams that cross no ink are straight.
SIDESTEP_COST = 0.1
# A seam that crosses more ink, in stroke widths, does not separate digits.
MAX_SEAM_INK = 2.5
# The ink on either side of a seam, and between two seams, is at least that of a stroke of this
# length, as a fraction of the line's height.
MIN_STROKE_LENGTH = 0.4


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected component or a part of one, at working size.

    Attributes:
        ink: (h, w) float32 in 0..1.
        top: The row of its upper edge.
        left: The column of its left edge.
    """

    ink: np.ndarray
    top: int
    left: int

    @property
    def bottom(self) -> int:
        """The row below its lower edge."""
        return self.top + self.ink.shape[0]

    @property
    def right(self) -> int:
        """The column right of its right edge."""
        return self.left + self.ink.shape[1]

    def draw(self, ink: np.ndarray, top: int, left: int) -> None:
        """Draw the piece into other ink, whose upper left corner is at (top, left)."""
        rows = slice(self.top - top, self.bottom - top)
        columns = slice(self.left - left, self.right - left)
        np.maximum(ink[rows, columns], self.ink, out=ink[rows, columns])


def find_components(ink: np.ndarray) -> tuple[list[Piece], int]:
    """Find the connected components of ink, without specks.

    Args:
        ink: (h, w) float32 in 0..1.

    Returns:
        The components at working size, and the factor by which the ink was reduced.

    Examples:
        >>> ink = np.zeros((90, 200), np.float32)
        >>> ink[10:80, 20:30] = ink[10:80, 120:130] = 1
        >>> components, factor = find_components(ink)
        >>> [component.left for component in components], factor
        ([20, 120], 1)
    """
    strokes = (ink > FAINT).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    areas = statistics[:, cv2.CC_STAT_AREA]
    numbers = [i for i in range(1, count) if areas[i] >= MIN_COMPONENT_FRACTION * areas[1:].max()]
    if not numbers:
        return [], 1
    factor = max(1, int(statistics[numbers, cv2.CC_STAT_HEIGHT].max()) // WORKING_HEIGHT)
    components = []
    for number in numbers:
        x, y, width, height = (int(v) for v in statistics[number, : cv2.CC_STAT_AREA])
        left, top = x // factor, y // factor
        right, bottom = -(-(x + width) // factor), -(-(y + height) // factor)
        is_own = labels[y : y + height, x : x + width] == number
        full = np.zeros(((bottom - top) * factor, (right - left) * factor), np.float32)
        corner = full[y - top * factor :, x - left * factor :][:height, :width]
        corner[:] = np.where(is_own, ink[y : y + height, x : x + width], 0)
        small = cv2.resize(full, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        components.append(Piece(np.asarray(small), top, left))
    return components, factor


def cut_component(component: Piece, line_height: float) -> list[Piece]:
    """Cut a component along the seams that cross least ink.

    Args:
        component: The component.
        line_height: The height of the line at working size.

    Returns:
        The pieces between the seams, or the component itself if it has none.
    """
    ink = component.ink
    stroke_width = max(measure_strokes(ink)[0], 1.0)
    seams, costs = find_seams(ink, line_height)
    least_ink = MIN_STROKE_LENGTH * line_height * stroke_width
    # The ink left of each seam, row by row, which also gives the ink between two seams.
    left_ink = np.pad(ink.cumsum(axis=1), ((0, 0), (1, 0)))
    left_of = np.take_along_axis(left_ink, seams.T, axis=1)
    total = float(ink.sum())
    chosen: list[int] = []
    for number in np.argsort(costs, kind="stable"):
        if costs[number] > MAX_SEAM_INK * stroke_width:
            break
        own = left_of[:, number]
        between = [np.abs(own - left_of[:, other]).sum() for other in chosen]
        if min(own.sum(), total - own.sum(), *between) >= least_ink:
            chosen.append(int(number))
    columns = np.arange(ink.shape[1])
    seams_left_of_pixel = np.zeros(ink.shape, int)
    for number in chosen:
        seams_left_of_pixel += columns >= seams[number][:, np.newaxis]
    pieces = []
    for number in range(len(chosen) + 1):
        part = np.where(seams_left_of_pixel == number, ink, 0)
        bounds = ink_bounds(part)
        if part[bounds].size:
            top, left = component.top + bounds[0].start, component.left + bounds[1].start
            pieces.append(Piece(part[bounds], top, left))
    return pieces or [component]


def find_seams(ink: np.ndarray, line_height: float) -> tuple[np.ndarray, np.ndarray]:
    """Find the cheapest seam near each of many columns, by dynamic programming from top to bottom.

    From one row to the next, a seam moves by at most one column.

    Args:
        ink: (h, w) float32 in 0..1.
        line_height: The height of the line in the same pixels.

    Returns:
        (n, h) int64, the first column right of each seam in each row, and (n,) float64, the ink
        that each crosses.
    """
    height, width = ink.shape
    reach = max(1, round(line_height * SEAM_REACH))
    starts = np.arange(reach, width - reach, max(1, round(line_height * SEAM_STEP)))
    if starts.size == 0:
        return np.zeros((0, height), int), np.zeros(0)
    columns = starts[:, np.newaxis] + np.arange(-reach, reach + 1)
    columns = np.clip(columns, 0, width - 1)
    moves = np.empty((height, *columns.shape), np.int8)
    options = np.empty((3, *columns.shape), np.float32)
    padded = np.full((len(columns), columns.shape[1] + 2), np.inf, np.float32)
    cost = padded[:, 1:-1]  # a view: the lowest cost of a seam to each column of the last row
    cost[:] = 0
    for row in range(height):
        options[0] = cost
        np.add(padded[:, :-2], SIDESTEP_COST, out=options[1])
        np.add(padded[:, 2:], SIDESTEP_COST, out=options[2])
        moves[row] = options.argmin(axis=0)
        np.add(options.min(axis=0), ink[row][columns], out=cost)
    ends = cost.argmin(axis=1)
    numbers = np.arange(len(starts))
    seams = np.empty((len(starts), height), int)
    positions = ends
    for row in range(height - 1, -1, -1):
        seams[:, row] = columns[numbers, positions]
        positions = positions + np.array([0, -1, 1])[moves[row, numbers, positions]]
    return seams, cost[numbers, ends]
