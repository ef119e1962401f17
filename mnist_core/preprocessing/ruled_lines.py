"""Removal of ruled lines and of the boxes of forms from an ink map.

Ruled lines are removed by a morphological opening across them, boxes as whole components.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.photo_contrast import FAINTEST, ink_threshold

# Ruled lines have at most this slope, cover at least this fraction of the image's width, and are
# thinner than this fraction of the longer side.
MAX_SLOPE, SLOPES = 0.15, 41
THROUGH = 0.6
THICKEST_RULE = 0.008  # of the longer side
# Along a side that is shorter than this fraction of the other one, as in a strip that was cropped
# to a number, strokes reach as far as lines.
SHORT_SIDE = 0.3
BLOCKS = 80  # of columns, in which lines are searched
# A component is a box if it covers this fraction of each side's length within the next fraction of
# its extent, and encloses something of at least the last fraction of its height.
AROUND, RIM, ENCLOSED = 0.9, 0.14, 0.3
# Smaller components, as a fraction of the longer side, are not searched. A texture has thousands.
SMALLEST_FRAME = 0.012


def remove_rules(ink: np.ndarray, least: int) -> np.ndarray:
    """Remove the lines of ruled or squared paper, but not the strokes that cross them.

    Args:
        ink: (h, w) float32, ink bright on 0.
        least: Fewer lines in one direction than this may be strokes and are kept.

    Returns:
        (h, w) float32; `ink` itself if there are no such lines.
    """
    return _remove_rows(_remove_rows(ink, least).T, least).T


def remove_frames(ink: np.ndarray) -> np.ndarray:
    """Remove components that enclose another along all four sides, such as the boxes of forms.

    Args:
        ink: (h, w) float32, ink bright on 0.
    """
    strokes = (ink > ink_threshold(ink)).astype(np.uint8)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    boxes = statistics[:, : cv2.CC_STAT_AREA].astype(int)
    least = SMALLEST_FRAME * max(ink.shape)
    large = np.flatnonzero((boxes[:, 2:] >= least).all(axis=1))
    inner = boxes[1:][boxes[1:, 3] >= ENCLOSED * least]
    ends = inner[:, :2] + inner[:, 2:]
    frames = []
    for number in large[large > 0]:
        x, y, width, height = boxes[number]
        is_within = (inner[:, :2] > [x, y]) & (ends < [x + width, y + height])
        inside = inner[is_within.all(axis=1), 3]
        if not inside.size or inside.max() < ENCLOSED * height:
            continue
        if min(_cover_sides(labels[y : y + height, x : x + width] == number)) >= AROUND:
            frames.append(number)
    return np.where(np.isin(labels, frames), 0, ink) if frames else ink


def _cover_sides(mask: np.ndarray) -> list[float]:
    """Return which fraction of each side of the smallest rectangle around a mask it covers.

    Args:
        mask: (h, w) bool, not empty.
    """
    points = cv2.findNonZero(mask.astype(np.uint8)).reshape(-1, 2).astype(np.float32)
    # The rectangle's sides may be exchanged, but a box is turned by little.
    turn = np.deg2rad((cv2.minAreaRect(points)[2] + 45) % 90 - 45)
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    turned = points @ axes
    turned -= turned.min(axis=0)
    lengths = turned.max(axis=0) + 1
    rims = np.maximum(1, np.round(RIM * lengths))
    fractions = []
    for along in (0, 1):
        place, depth = turned[:, along], turned[:, 1 - along]
        for is_near in (depth < rims[1 - along], depth >= lengths[1 - along] - rims[1 - along]):
            covered = np.unique(np.rint(place[is_near])).size
            fractions.append(covered / float(lengths[along]))
    return fractions


def _remove_rows(ink: np.ndarray, least: int) -> np.ndarray:
    """Remove thin lines that run from left to right through most of the image."""
    height, width = ink.shape
    if width < SHORT_SIDE * height:
        return ink
    strokes = (ink > FAINTEST).astype(np.float32)
    blocks = cv2.resize(strokes, (BLOCKS, height), interpolation=cv2.INTER_AREA)
    slopes = np.linspace(-MAX_SLOPE, MAX_SLOPE, SLOPES)
    profiles = np.stack([_shear(blocks, s * width / BLOCKS).mean(axis=1) for s in slopes])
    best = int(np.square(np.diff(profiles, axis=1)).sum(axis=1).argmax())
    ruled = profiles[best] > THROUGH
    lines = np.diff(np.flatnonzero(np.diff([0, *ruled, 0])))[::2]
    thickness = int(max(lines, default=0))
    if len(lines) < least or thickness > THICKEST_RULE * max(ink.shape):
        return ink
    reach = np.ones(2 * thickness + 3, np.uint8)
    bands = cv2.dilate(ruled.astype(np.uint8)[:, None], reach[:, None])
    band = _shear(np.repeat(bands, width, axis=1), -slopes[best]) > 0
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, reach[:, None])
    return np.where(band, across, ink)


def _shear(image: np.ndarray, slope: float) -> np.ndarray:
    """Shear an image: columns right of its middle move down by `slope` pixels per column."""
    height, width = image.shape
    move = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], np.float32)
    return np.asarray(cv2.warpAffine(image, move, (width, height)))
