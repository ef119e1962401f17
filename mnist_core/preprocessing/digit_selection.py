"""Selection of the connected components that form the digit in an ink map.

The digit is the component with the most ink that does not touch the image border, plus nearby
components. Similar components on the same line are kept, so that several digits are still
recognized as several.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.photo_contrast import ink_threshold

# Ink that is at least this strong and connected to the image border lies outside the paper.
OUTSIDE = 0.3
# The smallest digit, as a fraction of the longer side, and the largest gap between the components
# of a digit, as a fraction of the height of its main one.
SMALLEST = 0.04
MAX_GAP = 0.25
# Components with less than this fraction of the main component's ink are stains.
STAIN = 0.05
# A component on the same line is another digit if it has at least the first fraction of the digit's
# height, not more than its inverse, and at least the second fraction of its ink.
MIN_HEIGHT, MIN_INK = 0.6, 0.25


def select_digit(ink: np.ndarray) -> np.ndarray:
    """Return the ink of the digit only.

    Args:
        ink: (h, w) float32, ink bright on 0.

    Returns:
        (h, w) float32 in 0..1; all 0 if no digit is found.
    """
    within = _remove_edge(ink, OUTSIDE)
    level = ink_threshold(within)
    strokes = (_remove_edge(within, level) > level).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    low = statistics[:, :2].astype(int)
    high = low + statistics[:, 2:4]
    lengths = (high - low).max(axis=1)
    weights = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)
    distance = np.linalg.norm((low + high) / 2 / ink.shape[::-1] - 0.5, axis=1)
    score = weights * np.exp(-4 * distance**2) * (lengths >= SMALLEST * max(ink.shape))
    score[0] = 0
    if not score.any():
        return np.zeros_like(ink)
    main = int(score.argmax())
    others = [number for number in range(1, count) if weights[number] >= STAIN * weights[main]]
    digit = _nearby_components(main, others, low, high)
    more = _similar_components(digit, others, low, high, weights)
    is_digit = np.isin(labels, digit + more)
    inside = cv2.dilate(is_digit.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    faint, full = level / 2, float(np.percentile(ink[is_digit], 75))
    return np.where(inside, np.clip((ink - faint) / (full - faint), 0, 1), 0)


def _remove_edge(ink: np.ndarray, level: float) -> np.ndarray:
    """Return the ink without components that touch the border, unless there are no others."""
    _, labels = cv2.connectedComponents((ink > level).astype(np.uint8), connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    within = np.where(np.isin(labels, edge[edge > 0]), 0, ink)
    return within if within.max() > level else ink


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
