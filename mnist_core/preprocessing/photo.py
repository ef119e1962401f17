"""Pictures of a digit: screenshots, scans, and photographs of paper or a board.

A picture whose background is as even as a canvas is read as a drawing, once ruled lines and boxes
around the digit are gone. In all others the light is uneven, and ink is what is darker than its
surroundings (or lighter, chalk on a board).

The surroundings of each pixel are found by morphological closing, which fills strokes and follows
shadows; ink is the logarithm of the ratio to them, so that a stroke in the shade counts as one in
the light. Ruled lines go by opening across them, boxes as a whole, and of the rest the digit is the
strongest piece of ink that the picture's edge does not cut, with what stands near it, and with its
like on the same line, so that several digits look like several. The ink then takes the same way as
every drawing's (`mnist_core.preprocessing.drawing.normalize_ink`).
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.preprocessing.drawing import extract_ink, normalize_ink, prepare_drawing

NO_DIGIT = (
    "No digit was found; expected one on paper or a board, dark on light or light on dark. Choose "
    "a picture in which it is larger, or in better light."
)
# The longer side of what is looked at.
WORKING_SIDE = 640
# A background is even where it differs by no more than this, almost everywhere on the edge and on
# most of the picture.
EVEN, EVEN_EDGE, EVEN_SHARE = 8, 0.995, 0.5
# Strokes are narrower than this share of the longer side.
WIDEST_STROKE = 0.2
# Narrower than this share is what stands out and decides whether ink is dark or light: wide enough
# for a thick pen seen from near, narrower than a sheet of paper on a desk.
WIDEST_OUTSTANDING = 0.25
# Added before the logarithm, so that noise in the dark does not count.
DARKNESS = 24
# Fainter contrast than this, as the logarithm of a ratio, is no ink.
FAINTEST = 0.12
# What is at least so dark and hangs together with the picture's edge lies beside the paper.
BESIDE = 0.3
# Ruled lines are tilted by up to this slope, run through this share of the picture, and are at
# most so thick in pixels.
TILT, TILTS = 0.15, 41
THROUGH = 0.6
THICKEST_RULE = 5
BLOCKS = 80  # of columns, in which lines are looked for
# Where the background is even, so many lines are rules; fewer may be strokes.
LEAST_RULES = 3
# A box drawn around a digit covers so much of each side's length within this share of its extent,
# and what stands in it has this share of its height.
AROUND, RIM, ENCLOSED = 0.9, 0.14, 0.3
# A digit's smallest share of the longer side, and how far apart, in shares of its own height, its
# pieces may stand.
SMALLEST = 0.04
APART = 0.25
# Pieces with less than this share of the strongest piece's ink are stains.
STAIN = 0.05
# A piece beside the digit is another one if it stands on the same line, with this share of its
# height or more and not more than its inverse, and has this share of its ink.
AS_HIGH, AS_HEAVY = 0.6, 0.25


def prepare_image(pixels: np.ndarray) -> np.ndarray | None:
    """Find the digit in a picture and prepare it as MNIST's authors prepared theirs.

    Args:
        pixels: (h, w), (h, w, 3) RGB or (h, w, 4) RGBA uint8, as
            `mnist_core.preprocessing.image_file.read_image` gives it.

    Returns:
        (28, 28) float32 in 0..1, ink bright on 0; None where there is no digit to be found.

    Raises:
        DrawingError: The array has none of these shapes.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        return prepare_drawing(pixels)
    scale = WORKING_SIDE / max(pixels.shape)
    small = pixels
    if scale < 1:
        size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    is_even = _has_even_background(pixels)
    ink = extract_ink(small) if is_even else _find_contrast(small)
    bare = _remove_frames(_remove_rules(ink, LEAST_RULES if is_even else 1))
    if is_even and np.array_equal(bare, ink):
        return prepare_drawing(pixels)
    return normalize_ink(_pick_digit(bare))


def _has_even_background(pixels: np.ndarray) -> bool:
    """Whether nearly all the edge and most of the picture are of one color."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])[np.newaxis]
    background = np.median(edge[0], axis=0)

    def share(part: np.ndarray) -> float:
        return float(cv2.inRange(part, background - EVEN, background + EVEN).mean()) / 255

    return share(edge) >= EVEN_EDGE and share(pixels) >= EVEN_SHARE


def _find_contrast(pixels: np.ndarray) -> np.ndarray:
    """Return how much each pixel differs from its surroundings in the direction of the ink.

    Args:
        pixels: (h, w, 3) uint8.

    Returns:
        (h, w) float32, the logarithm of a ratio; 0 for background.
    """
    gray = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1)
    is_dark = _has_dark_ink(gray)
    # Half the size does for surroundings, at an eighth of the time.
    half = _halve(gray)
    kernel = np.ones((round(WIDEST_STROKE * max(half.shape)) | 1,) * 2, np.uint8)
    fill = cv2.MORPH_CLOSE if is_dark else cv2.MORPH_OPEN
    filled = cv2.morphologyEx(half, fill, kernel, borderType=cv2.BORDER_REPLICATE)
    surroundings = cv2.resize(filled, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    ratio = _logarithm(surroundings) - _logarithm(gray)
    contrast = ratio if is_dark else -ratio
    return np.maximum(contrast - np.median(contrast), 0)


def _has_dark_ink(gray: np.ndarray) -> bool:
    """Whether what stands out from a median, in the middle rather than beside, is darker."""
    small = _halve(gray)
    width = min(round(WIDEST_OUTSTANDING * max(small.shape)) | 1, 255)
    beyond = _logarithm(small) - _logarithm(cv2.medianBlur(small, width))
    y, x = (np.linspace(-0.5, 0.5, length, dtype=np.float32) for length in small.shape)
    beyond *= np.exp(-8 * (y[:, np.newaxis] ** 2 + x**2))
    return bool(np.square(beyond[beyond < 0]).sum() >= np.square(beyond[beyond > 0]).sum())


def _halve(gray: np.ndarray) -> np.ndarray:
    size = [max(1, length // 2) for length in gray.shape[::-1]]
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA)


def _logarithm(gray: np.ndarray) -> np.ndarray:
    return np.log(gray + np.float32(DARKNESS))


def _remove_rules(ink: np.ndarray, least: int) -> np.ndarray:
    """Take ruled or squared lines out of the ink, and leave the strokes that cross them.

    Fewer lines of one direction than `least` are left, as they may be strokes.
    """
    return _remove_rows(_remove_rows(ink, least).T, least).T


def _remove_rows(ink: np.ndarray, least: int) -> np.ndarray:
    """Take out thin lines that run from left to right through most of the picture."""
    height, width = ink.shape
    strokes = (ink > FAINTEST).astype(np.float32)
    blocks = cv2.resize(strokes, (BLOCKS, height), interpolation=cv2.INTER_AREA)
    slopes = np.linspace(-TILT, TILT, TILTS)
    profiles = np.stack([_lean(blocks, s * width / BLOCKS).mean(axis=1) for s in slopes])
    best = int(np.square(np.diff(profiles, axis=1)).sum(axis=1).argmax())
    ruled = profiles[best] > THROUGH
    lines = np.diff(np.flatnonzero(np.diff([0, *ruled, 0])))[::2]
    thickness = int(max(lines, default=0))
    if len(lines) < least or thickness > THICKEST_RULE:
        return ink
    reach = np.ones(2 * thickness + 3, np.uint8)
    bands = cv2.dilate(ruled.astype(np.uint8)[:, None], reach[:, None])
    band = _lean(np.repeat(bands, width, axis=1), -slopes[best]) > 0
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, reach[:, None])
    return np.where(band, across, ink)


def _lean(picture: np.ndarray, slope: float) -> np.ndarray:
    """Return a picture sheared: columns right of its middle move down by `slope` a column."""
    height, width = picture.shape
    move = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], np.float32)
    return np.asarray(cv2.warpAffine(picture, move, (width, height)))


def _remove_frames(ink: np.ndarray) -> np.ndarray:
    """Take out what is drawn around something else along all four sides, as a form's boxes are."""
    level = _find_level(ink)
    strokes = (ink > level).astype(np.uint8)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    boxes = statistics[1:, : cv2.CC_STAT_AREA].astype(int)
    frames = []
    for number, (x, y, width, height) in enumerate(boxes, start=1):
        within = (boxes[:, :2] > [x, y]) & (boxes[:, :2] + boxes[:, 2:] < [x + width, y + height])
        inside = boxes[within.all(axis=1), 3]
        if not inside.size or inside.max() < ENCLOSED * height:
            continue
        own = labels[y : y + height, x : x + width] == number
        down, right = max(1, round(RIM * height)), max(1, round(RIM * width))
        sides = (own[:down], own[-down:], own[:, :right].T, own[:, -right:].T)
        if min(side.any(axis=0).mean() for side in sides) >= AROUND:
            frames.append(number)
    return np.where(np.isin(labels, frames), 0, ink) if frames else ink


def _pick_digit(ink: np.ndarray) -> np.ndarray:
    """Return the digit's ink alone, (h, w) float32 in 0..1; all 0 where none is found."""
    within = _remove_edge(ink, BESIDE)
    level = _find_level(within)
    strokes = (_remove_edge(within, level) > level).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    low = statistics[:, :2].astype(int)
    high = low + statistics[:, 2:4]
    lengths = (high - low).max(axis=1)
    weights = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)
    away = np.linalg.norm((low + high) / 2 / ink.shape[::-1] - 0.5, axis=1)
    worth = weights * np.exp(-4 * away**2) * (lengths >= SMALLEST * max(ink.shape))
    worth[0] = 0
    if not worth.any():
        return np.zeros_like(ink)
    main = int(worth.argmax())
    others = [piece for piece in range(1, count) if weights[piece] >= STAIN * weights[main]]
    digit = _gather(main, others, low, high)
    more = _find_like(digit, others, low, high, weights)
    chosen = np.isin(labels, digit + more)
    inside = cv2.dilate(chosen.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    faint, full = level / 2, float(np.percentile(ink[chosen], 75))
    return np.where(inside, np.clip((ink - faint) / (full - faint), 0, 1), 0)


def _remove_edge(ink: np.ndarray, level: float) -> np.ndarray:
    """Return the ink without what the picture's edge cuts, unless that is all there is."""
    _, labels = cv2.connectedComponents((ink > level).astype(np.uint8), connectivity=8)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    within = np.where(np.isin(labels, edge[edge > 0]), 0, ink)
    return within if within.max() > level else ink


def _find_level(ink: np.ndarray) -> float:
    """Return the contrast that parts ink from what is only a little darker (Otsu, 1979)."""
    considered = ink[ink > FAINTEST]
    if considered.size == 0:
        return FAINTEST
    top = float(considered.max())
    gray = np.round(considered * (255 / top)).astype(np.uint8)
    level, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return max(FAINTEST, 0.8 * level * top / 255)


def _gather(main: int, others: list[int], low: np.ndarray, high: np.ndarray) -> list[int]:
    """Return the main piece with those near it, and those near these.

    Args:
        main: A piece's number.
        others: The numbers of those that may belong to it.
        low: (n, 2) each piece's left and top.
        high: (n, 2) its right and bottom.
    """
    chosen, near = [main], [main]
    reach = APART * (high[main] - low[main]).max()
    while near:
        start, end = low[chosen].min(axis=0), high[chosen].max(axis=0)
        gaps = np.maximum(0, np.maximum(start - high, low - end))
        near = [p for p in others if p not in chosen and np.hypot(*gaps[p]) <= reach]
        chosen += near
    return chosen


def _find_like(
    digit: list[int], others: list[int], low: np.ndarray, high: np.ndarray, weights: np.ndarray
) -> list[int]:
    """Return the pieces that are likely digits too, on a line with the first one.

    Args:
        digit: The numbers of the pieces of that one.
        others: The numbers of the pieces to choose from.
        low: (n, 2) each piece's left and top.
        high: (n, 2) its right and bottom.
        weights: (n,) its ink.
    """
    top, bottom = low[digit, 1].min(), high[digit, 1].max()
    heights = (high[:, 1] - low[:, 1]) / (bottom - top)
    shared = np.minimum(high[:, 1], bottom) - np.maximum(low[:, 1], top)
    like = (heights >= AS_HIGH) & (heights <= 1 / AS_HIGH)
    like &= (shared >= (bottom - top) / 2) & (weights >= AS_HEAVY * weights[digit].sum())
    return [piece for piece in others if piece not in digit and like[piece]]
