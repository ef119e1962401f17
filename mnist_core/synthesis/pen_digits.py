"""Digits that 44 people wrote with a stylus, as pen trajectories.

The data set is "Pen-based recognition of handwritten digits" by E. Alpaydin and F. Alimoglu (UCI
Machine Learning Repository, 1996; CC BY 4.0); see `mnist_core/datasets/data/README.md`. Its
writers put flags and feet on their 1s and hook the tails of their 9s, which is rare in MNIST.

Each drawing is stored as eight points at equal distances along the pen's trajectory, and the
trajectory does not show where the pen was lifted. So only digits that were certainly written in one
stroke are used: no 4s, few 5s and 7s, and only 9s with a closed loop. The data set stretched widths
to the height, so the true width is unknown too; `draw_pen_digit` draws a random one.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mnist_core.datasets.mnist import SHIPPED
from mnist_core.synthesis.strokes import FAT_PEN_WIDTHS, PEN_WIDTHS, Stroke, draw_prepared, smooth

Rng = np.random.Generator

FILE = SHIPPED / "pendigits.csv.gz"
POINTS = 8
WRITERS = 44
COORDINATE_MAX = 100
# Ranges of a digit's width, as fractions of its height.
WIDTHS, WIDTHS_OF_1 = (0.45, 0.9), (0.12, 0.5)
TYPICAL_WIDTH = 0.65  # assumed when checking whether a loop is closed
MAX_GAP = 8 / COORDINATE_MAX  # a loop with a smaller gap counts as closed; a pen's width covers it
FAT_FRACTION = 0.15  # fraction of digits drawn with a fat pen
UNSTEADINESS = 0.015


@dataclass(frozen=True, eq=False)
class PenDigits:
    """Pen trajectories and the digits that were written.

    Attributes:
        trajectories: (n, 8, 2) float32 in 0..1, x to the right and y down.
        labels: (n,) uint8 in 0..9.
    """

    trajectories: np.ndarray
    labels: np.ndarray


@lru_cache(maxsize=1)
def load_pen_digits() -> tuple[PenDigits, PenDigits]:
    """Load the digits written in one stroke: a training half and a held-out half.

    The halves alternate in the file's order, so all writers are in both.

    Examples:
        >>> training, held_out = load_pen_digits()
        >>> training.trajectories.shape[1:]
        (8, 2)
    """
    digits = _read_one_stroke_digits()[0]
    trajectories, labels = digits.trajectories, digits.labels
    return PenDigits(trajectories[::2], labels[::2]), PenDigits(trajectories[1::2], labels[1::2])


def read_writers() -> list[PenDigits]:
    """Return the held-out half of the digits written in one stroke, by writer.

    The file is in the order in which the 44 people wrote about 250 digits each, so that a few
    digits at the border between two of them may be given to the wrong one.

    Examples:
        >>> len(read_writers())
        44
    """
    _, rows = _read_one_stroke_digits()
    writers = rows[1::2] * WRITERS // (rows[-1] + 1)
    _, held_out = load_pen_digits()
    return [
        PenDigits(held_out.trajectories[writers == writer], held_out.labels[writers == writer])
        for writer in range(WRITERS)
    ]


def draw_pen_digit(trajectory: np.ndarray, label: int, rng: Rng) -> np.ndarray:
    """Draw a trajectory with a random pen and width, and prepare the image.

    Args:
        trajectory: (8, 2) float32 in 0..1, x to the right and y down.
        label: The digit. A 1 is drawn narrower than others, and with its corners.
        rng: Draws the pen's width, the digit's width, its slant and a slight unsteadiness.

    Returns:
        (28, 28) uint8.

    Examples:
        >>> stroke = np.linspace((0.6, 0), (0.4, 1), 8, dtype=np.float32)
        >>> draw_pen_digit(stroke, 1, np.random.default_rng(0)).shape
        (28, 28)
    """
    stroke = write_pen_digit(trajectory, label, rng.normal(-0.05, 0.12), rng)
    pen_width = rng.uniform(*(FAT_PEN_WIDTHS if rng.random() < FAT_FRACTION else PEN_WIDTHS))
    return draw_prepared([stroke], pen_width)


def _read_one_stroke_digits() -> tuple[PenDigits, np.ndarray]:
    """Read the digits that were certainly written in one stroke, and their rows in the file."""
    with gzip.open(FILE, "rt") as file:
        rows = np.loadtxt(file, np.float32, delimiter=",")
    trajectories = rows[:, :-1].reshape(-1, POINTS, 2) / COORDINATE_MAX
    trajectories[..., 1] = 1 - trajectories[..., 1]
    labels = rows[:, -1].astype(np.uint8)
    pairs = zip(trajectories, labels, strict=True)
    selected = np.array([_is_one_stroke(trajectory, label) for trajectory, label in pairs])
    return PenDigits(trajectories[selected], labels[selected]), np.flatnonzero(selected)


def write_pen_digit(trajectory: np.ndarray, label: int, lean: float, rng: Rng) -> Stroke:
    """Return a trajectory as a curve of random width, slightly unsteady.

    Args:
        trajectory: (8, 2) float32 in 0..1, x to the right and y down.
        label: The digit. A 1 is narrower than others, and keeps its corners.
        lean: How much further right the bottom is than the top, as a fraction of the height.
        rng: Draws the digit's width and the unsteadiness.

    Returns:
        (n, 2) float64, of height 1.
    """
    width = rng.uniform(*(WIDTHS_OF_1 if label == 1 else WIDTHS))
    matrix = np.array([[width, 0], [lean, 1]])
    stroke = trajectory @ matrix + rng.normal(0, UNSTEADINESS, trajectory.shape)
    # The flag and the foot of a 1 are corners.
    return stroke if label == 1 else smooth(stroke)


def _is_one_stroke(trajectory: np.ndarray, label: int) -> bool:
    """Return whether a digit was certainly written without lifting the pen."""
    (first_x, first_y), *_, (last_x, last_y) = trajectory.tolist()
    lowest_point = int(trajectory[:, 1].argmax())
    if label == 4:
        return False
    if label == 5:  # from the upper right to the lower left
        return first_x > 0.5 and first_y < 0.2 and last_x < 0.6 and last_y > 0.55
    if label == 7:  # no bar after the foot
        return lowest_point == POINTS - 1
    if label == 9:
        is_closed = _distance(trajectory[0], trajectory[2:]) < MAX_GAP
        return is_closed and lowest_point >= POINTS - 2
    return True


def _distance(point: np.ndarray, trajectory: np.ndarray) -> float:
    """Return the distance from a point to the nearest segment of a trajectory."""
    scale = np.array([TYPICAL_WIDTH, 1])
    start, segment = trajectory[:-1] * scale, np.diff(trajectory, axis=0) * scale
    to_point = point * scale - start
    fraction = (to_point * segment).sum(axis=1) / np.maximum((segment**2).sum(axis=1), 1e-9)
    nearest = start + np.clip(fraction, 0, 1)[:, np.newaxis] * segment
    return float(np.hypot(*(point * scale - nearest).T).min())
