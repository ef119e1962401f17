"""Digits as 44 people wrote them with a stylus, point by point.

They are the "Pen-based recognition of handwritten digits" of E. Alpaydin and F. Alimoglu (UCI
Machine Learning Repository, 1996; CC BY 4.0); see `mnist_core/datasets/data/README.md`. Its
writers put flags and feet on their 1s and hook the tails of their 9s, which MNIST's hardly do.

Each drawing is known by eight points at equal distances along the pen's way, and where the pen was
lifted the way goes on. So only those that were surely written in one stroke can be drawn again: no
4, few 5s and 7s, and the 9s whose loop is closed. The width was stretched to the height and is
not known either; `draw_pen_digit` takes one at random.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mnist_core.datasets.mnist import SHIPPED
from mnist_core.synthesis.strokes import FAT_PENS, PENS, draw_prepared, smooth

FILE = SHIPPED / "pendigits.csv.gz"
POINTS = 8
REACH = 100  # the coordinates' range
# What a digit's width may be in shares of its height.
WIDTHS, WIDTHS_OF_1 = (0.45, 0.9), (0.12, 0.5)
WIDTH = 0.65  # for telling whether a loop is closed
CLOSED = 8  # a gap that a pen's width covers
FAT = 0.15  # share of digits that a fat pen draws
JITTER = 0.015
Rng = np.random.Generator


@dataclass(frozen=True, eq=False)
class PenDigits:
    """Ways of the pen (n, 8, 2) float32, x to the right and y down, in 0..1 each, and the digits
    (n,) uint8 that were written.
    """

    ways: np.ndarray
    labels: np.ndarray


@lru_cache(maxsize=1)
def load_pen_digits() -> tuple[PenDigits, PenDigits]:
    """Read the digits written in one stroke: every other one to learn from, and the rest.

    All writers are in both halves.
    """
    with gzip.open(FILE, "rt") as file:
        rows = np.loadtxt(file, np.float32, delimiter=",")
    ways = rows[:, :-1].reshape(-1, POINTS, 2) / REACH
    ways[..., 1] = 1 - ways[..., 1]
    labels = rows[:, -1].astype(np.uint8)
    whole = np.array([_in_one_stroke(way, label) for way, label in zip(ways, labels, strict=True)])
    ways, labels = ways[whole], labels[whole]
    return PenDigits(ways[::2], labels[::2]), PenDigits(ways[1::2], labels[1::2])


def draw_pen_digit(way: np.ndarray, label: int, rng: Rng) -> np.ndarray:
    """Draw a digit again with a pen and a width of its own, and prepare it: (28, 28) uint8.

    Args:
        way: (8, 2) float32 in 0..1, x to the right and y down.
        label: The digit, since a 1 is narrower than others.
        rng: Decides pen, width, slant and a slight unsteadiness.
    """
    width = rng.uniform(*(WIDTHS_OF_1 if label == 1 else WIDTHS))
    matrix = np.array([[width, 0], [rng.normal(-0.05, 0.12), 1]])
    stroke = way @ matrix + rng.normal(0, JITTER, way.shape)
    if label != 1:  # whose flag and foot are corners
        stroke = smooth(stroke)
    pen = rng.uniform(*(FAT_PENS if rng.random() < FAT else PENS))
    return draw_prepared([stroke], pen)


def _in_one_stroke(way: np.ndarray, label: int) -> bool:
    """Tell whether the pen's way is that of a digit written without lifting the pen."""
    (first_x, first_y), *_, (last_x, last_y) = way.tolist()
    if label == 4:
        return False
    if label == 5:  # from the upper right to the lower left
        return first_x > 0.5 and first_y < 0.2 and last_x < 0.6 and last_y > 0.55
    if label == 7:  # no bar after the foot
        return int(way[:, 1].argmax()) == POINTS - 1
    if label == 9:
        closed = _distance(way[0], way[2:]) < CLOSED / REACH
        return closed and int(way[:, 1].argmax()) >= POINTS - 2
    return True


def _distance(point: np.ndarray, way: np.ndarray) -> float:
    """Return how near a way of straight pieces comes to a point."""
    shape = np.array([WIDTH, 1])
    start, step = way[:-1] * shape, np.diff(way, axis=0) * shape
    to_point = point * shape - start
    share = (to_point * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-9)
    nearest = start + np.clip(share, 0, 1)[:, np.newaxis] * step
    return float(np.hypot(*(point * shape - nearest).T).min())
