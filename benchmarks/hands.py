"""Hands: digits of one person each, real ones from a data set and simulated ones.

A hand of `read_pen_hands` are the digits that one of the 44 writers of the pen digits wrote, drawn
with one pen, width and slant. The networks that come with the app were trained on half of these
trajectories; only the other half is used. A hand of `simulate_written` has its own shape for each
digit, from `benchmarks.pen_paths`; a hand of `simulate_marked` are MNIST images with habits: a
stroke upright through the 0, a flag on the 1, a low bar on the 7, with one slant, width, pen and
distortion for all. Their habits are stronger than most people's, so that the networks read many of
them poorly.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.pen_paths import STYLES, PenPath
from benchmarks.simulation import follow
from mnist_core.datasets.mnist import Split
from mnist_core.synthesis.pen_digits import WIDTHS, WIDTHS_OF_1, read_writers
from mnist_core.synthesis.strokes import draw_over, draw_prepared, prepare, smooth

Rng = np.random.Generator

SEED = 161803
PEN_WIDTHS = (0.06, 0.2)
PER_DIGIT = 15
GRID = 4  # control points per side of a hand's distortion
SCALE = 3  # enlargement at which MNIST images are changed


@dataclass(frozen=True, eq=False)
class Hand:
    """The digits of one person, in random order.

    Attributes:
        name: What it is, such as "pen 12".
        images: (n, 28, 28) uint8, prepared.
        labels: (n,) uint8 in 0..9.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray


def read_pen_hands() -> list[Hand]:
    """Return the hands of the 44 writers of the pen digits."""
    return [
        _read_pen_hand(writer, digits.trajectories, digits.labels)
        for writer, digits in enumerate(read_writers())
    ]


def simulate_written(count: int) -> list[Hand]:
    """Return simulated hands with a shape of their own for each digit."""
    return [_write_hand(index) for index in range(count)]


def simulate_marked(count: int, split: Split) -> list[Hand]:
    """Return hands of MNIST images with habits.

    Args:
        count: The number of hands.
        split: The images, none of which may be used in training.
    """
    return [_mark_hand(index, split) for index in range(count)]


def _read_pen_hand(writer: int, trajectories: np.ndarray, labels: np.ndarray) -> Hand:
    rng = np.random.default_rng((SEED, 0, writer))
    pen, width, slant = rng.uniform(*PEN_WIDTHS), rng.uniform(*WIDTHS), rng.normal(-0.05, 0.15)
    width_of_1 = rng.uniform(*WIDTHS_OF_1)
    images = []
    for trajectory, label in zip(trajectories, labels, strict=True):
        across = width_of_1 if label == 1 else width
        matrix = np.array(
            [[across * np.exp(rng.normal(0, 0.1)), 0], [slant + rng.normal(0, 0.04), 1]]
        )
        stroke = trajectory @ matrix
        stroke = stroke if label == 1 else smooth(stroke)
        images.append(draw_prepared([stroke], pen * np.exp(rng.normal(0, 0.1))))
    return _shuffle(f"pen {writer}", images, labels, rng)


def _write_hand(index: int) -> Hand:
    rng = np.random.default_rng((SEED, 1, index))
    styles = [_choose_style(digit, rng) for digit in range(10)]
    lean = np.array([[rng.uniform(0.5, 1.15), 0], [rng.normal(-0.1, 0.3), 1]])
    pen = rng.uniform(*PEN_WIDTHS)
    images, labels = [], []
    for digit, paths in enumerate(styles):
        for _ in range(PER_DIGIT):
            own = lean * np.exp(rng.normal(0, 0.06, (2, 2)))
            strokes = [follow(path, rng) @ own for path in paths]
            images.append(draw_prepared(strokes, pen * np.exp(rng.normal(0, 0.1))))
            labels.append(digit)
    return _shuffle(f"written {index}", images, labels, rng)


def _choose_style(digit: int, rng: Rng) -> tuple[PenPath, ...]:
    """Return the hand's own variant of a digit: other lengths and turns, and at times a habit."""
    styles = [paths for label, paths in STYLES.values() if label == digit]
    paths = styles[rng.integers(len(styles))]
    own = [
        (
            x,
            y,
            direction + rng.normal(0, 8),
            tuple((length * rng.normal(1, 0.15), turn * rng.normal(1, 0.06)) for length, turn in s),
        )
        for x, y, direction, s in paths
    ]
    if digit == 0 and rng.random() < 0.5:
        own = [*own[:1], (0.5, -0.15, 90 + rng.normal(0, 8), ((rng.uniform(0.9, 1.4), 0),))]
    if digit == 1 and rng.random() < 0.5:
        length = rng.uniform(0.4, 0.9)
        own = [(0.5 - 0.7 * length, 0.6 * length, -45.0, ((length, 0), (0, 140), (1, 0)))]
    return tuple(own)


def _mark_hand(index: int, split: Split) -> Hand:
    rng = np.random.default_rng((SEED, 2, index))
    # Odd parameters, one per habit, that are the same for all its digits.
    habits = {digit: rng.random(3) for digit in (0, 1, 7) if rng.random() < 0.6}
    shear, angle, stretch = rng.normal(0, 0.3), rng.normal(0, 0.2), np.exp(rng.normal(0, 0.25))
    field = rng.normal(0, 3.5, (2, GRID, GRID)).astype(np.float32)
    thicken = int(rng.integers(-1, 3))
    images, labels = [], []
    for digit in range(10):
        candidates = np.flatnonzero(split.labels == digit)
        for choice in rng.choice(candidates, PER_DIGIT, replace=False):
            image = split.images[choice]
            if digit in habits:
                image = _add_habit(image, digit, habits[digit], rng)
            images.append(_distort(image, shear, angle, stretch, field, thicken))
            labels.append(digit)
    return _shuffle(f"marked {index}", images, labels, rng)


def _add_habit(image: np.ndarray, digit: int, habit: np.ndarray, rng: Rng) -> np.ndarray:
    x, y, width, height = cv2.boundingRect((image > 100).astype(np.uint8))
    jitter = rng.normal(0, 0.6, (2, 2))
    first, second, third = habit
    if digit == 0:
        middle, reach = x + width / 2, height * (0.1 + 0.4 * first)
        lean = (second - 0.5) * 6
        stroke = np.array(
            [
                [middle + lean, y + height / 2 - height / 2 - reach / 2],
                [middle - lean, y + height / 2 + height / 2 + reach / 2],
            ]
        )
    elif digit == 1:
        rows = np.flatnonzero(image.max(axis=1) > 100)
        top = np.array([float(np.flatnonzero(image[rows[0] + 1] > 60).mean()), rows[0] + 1])
        length = 5 + 6 * first
        stroke = np.stack([top, top + length * np.array([-1, 0.4 + second])])
    else:
        row = y + height * (0.35 + 0.4 * first)
        middle = float(np.flatnonzero(image[int(row)] > 60).mean()) if image[int(row)].any() else 14
        stroke = np.array([[middle - 3 - 5 * second, row], [middle + 3 + 5 * third, row]])
    return draw_over(image[None], [[stroke + jitter]], [rng.uniform(1.8, 2.6)])[0]


def _distort(
    image: np.ndarray, shear: float, angle: float, stretch: float, field: np.ndarray, thicken: int
) -> np.ndarray:
    side = 28 * SCALE
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    if thicken > 0:
        large = cv2.dilate(large, kernel, iterations=thicken)
    elif thicken < 0:
        thin = cv2.erode(large, kernel)
        large = thin if thin.max() > 150 else large
    cosine, sine = np.cos(angle), np.sin(angle)
    matrix = np.array([[cosine, -sine], [sine, cosine]]) @ np.array(
        [[stretch, shear], [0, 1 / stretch]]
    )
    padded = np.pad(large, side // 2)
    size = len(padded)
    axis = np.arange(size, dtype=np.float32) - size / 2
    grid = np.stack(np.meshgrid(axis, axis))
    shifts = [cv2.resize(each, (size, size), interpolation=cv2.INTER_CUBIC) for each in field]

    source = np.einsum("ij,jyx->iyx", np.linalg.inv(matrix), grid) + np.stack(shifts) + size / 2
    source = source.astype(np.float32)
    return prepare(cv2.remap(padded, source[0], source[1], cv2.INTER_LINEAR))


def _shuffle(name: str, images: list[np.ndarray], labels: object, rng: Rng) -> Hand:
    order = rng.permutation(len(images))
    return Hand(name, np.stack(images)[order], np.asarray(labels, np.uint8)[order])
