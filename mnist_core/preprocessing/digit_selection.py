"""Selection of the connected components that form the digit in an ink map.

The digit is the component with the most ink near the middle that looks like strokes, plus nearby
components. Similar components on the same line are kept, so that several digits are still
recognized as several. Blots, and what runs along the border of the picture, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from mnist_core.preprocessing.ink_measures import border_contacts, edge_distance

Background = Literal["even", "smooth", "uneven"]

# The smallest digit, as a fraction of the longer side, and the largest gap between the components
# of a digit, as a fraction of the height of its main one.
SMALLEST = 0.04
MAX_GAP = 0.25
# Components with less than this fraction of the main component's ink are stains.
STAIN = 0.05
# A component on the same line is another digit if it has at least the first fraction of the digit's
# height, not more than its inverse, and at least the second fraction of its ink.
MIN_HEIGHT, MIN_INK = 0.6, 0.25
# Strokes are narrower than this fraction of a component's longer side, and than the second one if
# it reaches the border of a photograph.
BLOT, CUT_BLOT = 0.5, 0.3
# By kind of background: what touches more than this fraction of a side of the picture is not ink.
LONG_CONTACT = {"uneven": 0.3, "smooth": 0.7, "even": 0.9}
# A component that reaches the border counts as much less on an uneven background, as does what runs
# along it on an even one.
CUT_WEIGHT, LONG_WEIGHT = 0.05, 0.1


@dataclass(frozen=True, eq=False)
class Components:
    """The connected components of an ink map; number 0 is the background.

    Attributes:
        labels: (h, w) int32, the number of each pixel's component.
        low: (n, 2) int, the left and top of each.
        high: (n, 2) int, the right and bottom of each.
        weights: (n,) float, the ink of each.
        is_ink: (n,) bool, whether it may be writing.
        is_cut: (n,) bool, whether it reaches the border.
    """

    labels: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weights: np.ndarray
    is_ink: np.ndarray
    is_cut: np.ndarray


def find_components(ink: np.ndarray, level: float, background: Background) -> Components:
    """Find the connected components of an ink map and which of them may be writing.

    Args:
        ink: (h, w) float32, ink bright on 0.
        level: Ink is above it.
        background: Its kind; writing is less expected at the border of an uneven one.
    """
    strokes = (ink > level).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    low = statistics[:, :2].astype(int)
    high = low + statistics[:, 2:4]
    areas = statistics[:, cv2.CC_STAT_AREA]
    depth = edge_distance(strokes)
    mean_depth = np.bincount(labels.ravel(), depth.ravel(), count) / np.maximum(areas, 1)
    widths = 4 * (mean_depth - 0.5)
    contacts = border_contacts(labels, count)
    is_cut = contacts > 0
    is_long = contacts > LONG_CONTACT[background]
    thickness = widths / np.maximum((high - low).max(axis=1), 1)
    is_blot = thickness > BLOT
    if background == "uneven":
        is_blot |= is_cut & (thickness > CUT_BLOT)
    weights = np.bincount(labels.ravel(), ink.ravel(), count)
    is_ink: np.ndarray = ~is_blot
    if background == "even":
        weights *= np.where(is_long, LONG_WEIGHT, 1)
    else:
        is_ink &= ~is_long
    is_ink[0] = False
    return Components(labels, low, high, weights, is_ink, is_cut)


def select_digit(components: Components, background: Background) -> list[int]:
    """Return the numbers of the components that form the digit; none if no digit is found."""
    shape = components.labels.shape
    low, high, weights = components.low, components.high, components.weights
    lengths = (high - low).max(axis=1)
    distance = np.linalg.norm((low + high) / 2 / shape[::-1] - 0.5, axis=1)
    score = weights * np.exp(-4 * distance**2) * (lengths >= SMALLEST * max(shape))
    if background == "uneven":
        score = np.where(components.is_cut, CUT_WEIGHT, 1) * score
    score[~components.is_ink] = 0
    if not score.any():
        return []
    main = int(score.argmax())
    is_enough = components.is_ink & (weights >= STAIN * weights[main])
    others = [int(number) for number in np.flatnonzero(is_enough)]
    digit = _nearby_components(main, others, low, high)
    return digit + _similar_components(digit, others, low, high, weights)


def _nearby_components(
    main: int, others: list[int], low: np.ndarray, high: np.ndarray
) -> list[int]:
    """Return the main component and all components reachable through neighbors.

    Args:
        main: The number of the main component.
        others: The numbers of the components to choose from.
        low: (n, 2) the left and top of each component.
        high: (n, 2) the right and bottom of each component.
    """
    selected, near = [main], [main]
    reach = MAX_GAP * (high[main] - low[main]).max()
    while near:
        start, end = low[selected].min(axis=0), high[selected].max(axis=0)
        gaps = np.maximum(0, np.maximum(start - high, low - end))
        near = [p for p in others if p not in selected and np.hypot(*gaps[p]) <= reach]
        selected += near
    return selected


def _similar_components(
    digit: list[int], others: list[int], low: np.ndarray, high: np.ndarray, weights: np.ndarray
) -> list[int]:
    """Return the components that are probably further digits, on a line with the first one.

    Args:
        digit: The numbers of the components of the first digit.
        others: The numbers of the components to choose from.
        low: (n, 2) the left and top of each component.
        high: (n, 2) the right and bottom of each component.
        weights: (n,) the ink of each component.
    """
    top, bottom = low[digit, 1].min(), high[digit, 1].max()
    heights = (high[:, 1] - low[:, 1]) / (bottom - top)
    overlap = np.minimum(high[:, 1], bottom) - np.maximum(low[:, 1], top)
    is_like = (heights >= MIN_HEIGHT) & (heights <= 1 / MIN_HEIGHT)
    is_like &= (overlap >= (bottom - top) / 2) & (weights >= MIN_INK * weights[digit].sum())
    return [number for number in others if number not in digit and is_like[number]]
