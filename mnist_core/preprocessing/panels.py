"""The part of a picture that shows the writing: a square, a plot's axes, a sheet on an even ground.

A quadrilateral that differs from the even ground around it, or that is drawn as a frame, and that
encloses something else is a panel. What is around it (ticks, titles, buttons) does not belong to
the writing. A panel that is seen in perspective is rectified.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.preprocessing.even_background import extract_difference, find_background
from mnist_core.preprocessing.scaling import resize_area

# Panels are searched with this longer side.
SEARCH_SIDE = 640
# A panel covers at least this fraction of the picture, and is so much larger than the next one.
MIN_AREA, DOMINANCE = 0.03, 2.0
# The fraction of a panel's quadrilateral that the panel fills at least, once what is thinner than
# this fraction of the longer side (ticks) is removed.
FILLED, TICKS = 0.97, 0.02
# Its shorter sides, as a fraction of its longer ones and of the picture's shorter side, and how far
# its corners are from right angles, as a sine.
MIN_ASPECT, MIN_SIDE, MAX_SKEW = 0.3, 0.15, 0.25
# A frame's lines are thinner than the first fraction of its sides; else the panel is filled, at
# least by the second fraction.
THIN, SOLID = 0.04, 0.5
# Corners lie at least this far inside the picture, as a fraction of its longer side.
INSIDE = 0.01
# Ink differs from an even background by more than this fraction of the contrast.
CLEAR = 0.15
# What is drawn in a panel reaches beyond this fraction of its sides, and fills less than this.
MIN_CONTENT, MAX_CONTENT = 0.15, 0.7
# So much is cut off inside a panel's edges, as a fraction of its shorter side.
INSET = 0.012


@dataclass(frozen=True, eq=False)
class Panel:
    """A part of a picture, rectified.

    Attributes:
        pixels: (h, w, 3) uint8.
        to_picture: (3, 3) float64, the homography from the part's pixels to the picture's.
    """

    pixels: np.ndarray
    to_picture: np.ndarray


def crop_to_panel(pixels: np.ndarray) -> Panel:
    """Return the inside of the panel that is larger than all others, or else the whole picture.

    Args:
        pixels: (h, w, 3) uint8 RGB.

    Examples:
        >>> page = np.full((200, 300, 3), 255, np.uint8)
        >>> page[50:150, 50:150] = 0
        >>> page[70:130, 98:102] = 255
        >>> crop_to_panel(page).pixels.shape[:2] < (100, 100)
        True
        >>> crop_to_panel(page[50:150, 50:150]).pixels.shape
        (100, 100, 3)
    """
    whole = Panel(pixels, np.eye(3))
    small, scale = resize_area(pixels, SEARCH_SIDE)
    background = find_background(small)
    if background is None:
        return whole
    mask = (extract_difference(small, background) > CLEAR).astype(np.uint8)
    found = _find_quadrilateral(mask)
    if found is None:
        return whole
    panel = _rectify(pixels, found / scale, _frame_thickness(mask, found) / scale)
    return panel if _has_content(panel.pixels) else whole


def _find_quadrilateral(mask: np.ndarray) -> np.ndarray | None:
    """Return the corners of the dominant filled or framed quadrilateral, (4, 2) float32.

    They are ordered clockwise from the upper left.
    """
    height, width = mask.shape
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    ticks = max(3, round(TICKS * max(mask.shape)) | 1)
    margin = max(1.0, INSIDE * max(mask.shape))
    found: list[tuple[float, np.ndarray]] = []
    for contour in contours:
        if cv2.contourArea(contour) < MIN_AREA * mask.size:
            continue
        filled = np.zeros_like(mask)
        cv2.drawContours(filled, [contour], -1, 1, cv2.FILLED)
        filled = cv2.morphologyEx(
            np.pad(filled, ticks), cv2.MORPH_OPEN, np.ones((ticks, ticks), np.uint8)
        )
        outlines, _ = cv2.findContours(filled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not outlines:
            continue
        outline = max(outlines, key=cv2.contourArea) - ticks
        corners = _fit_corners(outline)
        if corners is None:
            continue
        area = cv2.contourArea(corners)
        if cv2.contourArea(outline) < FILLED * area or area < MIN_AREA * mask.size:
            continue
        within = (corners > margin) & (corners < np.array([width, height]) - 1 - margin)
        if within.all() and _is_rectangular(corners, mask):
            found.append((area, corners))
    found.sort(key=lambda pair: -pair[0])
    if not found or (len(found) > 1 and found[0][0] < DOMINANCE * found[1][0]):
        return None
    return found[0][1]


def _fit_corners(outline: np.ndarray) -> np.ndarray | None:
    """Return the corners of an outline with four straight sides."""
    hull = cv2.convexHull(outline)
    length = cv2.arcLength(hull, True)
    for tolerance in (0.015, 0.025, 0.04):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)[:, 0].astype(np.float32)
        if len(corners) == 4:
            middle = corners.mean(axis=0)
            angles = np.arctan2(*(corners - middle).T[::-1])
            corners = corners[np.argsort(angles)]
            first = int(corners.sum(axis=1).argmin())
            return np.roll(corners, -first, axis=0)
        if len(corners) < 4:
            return None
    return None


def _is_rectangular(corners: np.ndarray, mask: np.ndarray) -> bool:
    """Return whether a quadrilateral looks like a rectangle that is filled or a thin frame."""
    edges = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(edges, axis=1)
    following = np.roll(edges, -1, axis=0)
    skew = np.abs((edges * following).sum(axis=1)) / (lengths * np.roll(lengths, -1))
    if skew.max() > MAX_SKEW or lengths.min() < MIN_ASPECT * lengths.max():
        return False
    if lengths.min() < MIN_SIDE * min(mask.shape):
        return False
    thickness = _frame_thickness(mask, corners)
    if 0 < thickness < THIN * lengths.min():
        return True
    inside = np.zeros_like(mask)
    cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), 1)
    return bool(mask[inside > 0].mean() > SOLID and thickness == 0)


def _frame_thickness(mask: np.ndarray, corners: np.ndarray) -> float:
    """Return the thickness of a frame's lines, 0 for a filled quadrilateral."""
    side = 200
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    view = cv2.getPerspectiveTransform(corners, square)
    own = cv2.warpPerspective(mask, view, (side, side), flags=cv2.INTER_NEAREST)
    limit = side // 8
    is_gap = np.concatenate([own[side // 4 : -side // 4, :limit], own[:limit, side // 4 :].T]) == 0
    has_gap = is_gap.any(axis=1)
    if has_gap.mean() < 0.5:
        return 0.0
    runs = float(np.percentile(is_gap[has_gap].argmax(axis=1), 90))
    return runs * float(np.linalg.norm(corners[1] - corners[0])) / side


def _rectify(pixels: np.ndarray, corners: np.ndarray, thickness: float) -> Panel:
    """Return the inside of a quadrilateral as a rectangle."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    inset = thickness + max(1.5, INSET * float(sides.min()))
    low, high = corners.min(axis=0), corners.max(axis=0)
    across, down = max(sides[0], sides[2]), max(sides[1], sides[3])
    upright = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    if np.abs(corners - upright).max() <= max(2.0, 0.01 * float(sides.max())):
        left, top = np.ceil(low + inset).astype(int)
        right, bottom = np.floor(high + 1 - inset).astype(int)
        to_picture = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], float)
        return Panel(pixels[top : max(bottom, top), left : max(right, left)], to_picture)
    size = (max(1, round(across - 2 * inset)), max(1, round(down - 2 * inset)))
    inner = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    outward = inset * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    outer = (inner + outward).astype(np.float32)
    view = cv2.getPerspectiveTransform(corners.astype(np.float32), outer)
    warped = cv2.warpPerspective(pixels, view, size, borderMode=cv2.BORDER_REPLICATE)
    return Panel(warped, np.linalg.inv(view))


def _has_content(inside: np.ndarray) -> bool:
    """Return whether something is drawn in a panel."""
    if min(inside.shape[:2]) < 10:
        return False
    background = find_background(inside)
    if background is None:
        return True
    ink = extract_difference(inside, background) > 0.3
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return False
    extent = max(np.ptp(rows) / inside.shape[0], np.ptp(columns) / inside.shape[1])
    return bool(extent >= MIN_CONTENT and ink.mean() < MAX_CONTENT)
