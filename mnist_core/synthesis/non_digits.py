"""Images that are not a single digit, to train the out-of-distribution detector on.

`make_non_digits` draws a mixture of the generators in `GENERATORS`: printed glyphs, handwritten
letters and words, scribbles, and filled shapes. `flip_and_rotate` and `make_multi_digit` make
further ones from real digits. All are prepared like drawings, except for half of the filled shapes.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core.datasets.mnist import SIDE, Split
from mnist_core.synthesis.glyphs import HANDWRITTEN, PRINTED
from mnist_core.synthesis.strokes import Stroke, draw, prepare, smooth, write_by_hand

Rng = np.random.Generator

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
STROKE_WIDTHS = (0.05, 0.25)  # as fractions of the longer side
STROKE_SIDE, STROKE_MARGIN = 64, 10  # pixels at which strokes are drawn before preparation
SHAPE_SIDE = 56  # pixels at which shapes are filled
# Digits that are no longer digits when mirrored, and when rotated by 90°.
MIRRORED, ROTATED = (3, 4, 6, 7, 9), (2, 3, 4, 5, 7, 9)
MULTI_DIGIT_HEIGHT = 96
# This fraction of the digits in an image of several is drawn from the 1s only, since an 11 is
# harder to recognize as two digits than other pairs.
ONES_FRACTION = 0.3
MAX_GAP = 24  # between two digits in pixels, where digits are 32 to 48 high


def make_non_digits(count: int, rng: Rng) -> np.ndarray:
    """Draw a random mixture of all generators.

    Args:
        count: How many images.
        rng: Source of randomness; the same state gives the same images.

    Returns:
        (count, 28, 28) uint8, bright on 0.

    Examples:
        >>> make_non_digits(5, np.random.default_rng(0)).shape
        (5, 28, 28)
    """
    chosen = (GENERATORS[rng.integers(len(GENERATORS))] for _ in range(count))
    return np.stack([generate(rng) for generate in chosen])


def flip_and_rotate(split: Split) -> np.ndarray:
    """Mirror every other digit and rotate the rest by 90°, where the result is not a digit.

    Returns:
        (m, 28, 28) uint8, fewer than the split has.

    Examples:
        >>> images = np.arange(4 * 28 * 28).reshape(4, 28, 28).astype(np.uint8)
        >>> len(flip_and_rotate(Split(images, np.array([3, 8, 0, 2], np.uint8))))
        2
    """
    images, labels = split.images, split.labels
    mirrored = images[::2][np.isin(labels[::2], MIRRORED)][:, :, ::-1]
    rotated = np.rot90(images[1::2][np.isin(labels[1::2], ROTATED)], axes=(1, 2))
    return np.concatenate([mirrored, rotated])


def make_multi_digit(split: Split, count: int, rng: Rng) -> np.ndarray:
    """Put two to four digits side by side, with a gap between them, in each image.

    Args:
        split: The digits to choose from; some of them must be 1s.
        count: How many images.
        rng: Draws the digits, their sizes, their heights and the gaps.

    Returns:
        (count, 28, 28) uint8.

    Examples:
        >>> ones = np.zeros((1, 28, 28), np.uint8)
        >>> ones[:, 4:24, 13:15] = 255
        >>> split = Split(ones, np.array([1], np.uint8))
        >>> make_multi_digit(split, 5, np.random.default_rng(0)).shape
        (5, 28, 28)
    """
    ones = split.images[split.labels == 1]
    return np.stack([_join_digits(split.images, ones, rng) for _ in range(count)])


def _join_digits(images: np.ndarray, ones: np.ndarray, rng: Rng) -> np.ndarray:
    parts = []
    for _ in range(rng.choice([2, 2, 2, 3, 4])):
        source = ones if rng.random() < ONES_FRACTION else images
        image = source[rng.integers(len(source))]
        columns = np.flatnonzero(image.max(axis=0) > 25)
        scale = rng.uniform(1.6, 2.4)
        digit = cv2.resize(image[:, columns[0] : columns[-1] + 1], None, fx=scale, fy=scale)
        room = MULTI_DIGIT_HEIGHT - len(digit)
        top = int(rng.integers(0, room))
        gap = int(rng.integers(1, MAX_GAP))
        parts.append(np.pad(digit, ((top, room - top), (gap, 0))))
    return prepare(np.hstack(parts))


def print_glyph(rng: Rng) -> np.ndarray:
    """Print a letter or sign in a random font, affinely distorted: (28, 28) uint8."""
    image = np.zeros((110, 130), np.uint8)
    glyph = PRINTED[rng.integers(len(PRINTED))]
    font = FONTS[rng.integers(len(FONTS))]
    thickness = int(rng.integers(2, 11))
    cv2.putText(image, glyph, (30, 80), font, rng.uniform(1.8, 2.4), 255, thickness, cv2.LINE_AA)
    height, width = image.shape
    corners = np.array([[0, 0], [width, 0], [0, height]], np.float32)
    moved = corners + rng.normal(0, 12, corners.shape).astype(np.float32)
    matrix = cv2.getAffineTransform(corners, moved)
    return prepare(cv2.warpAffine(image, matrix, (width, height)))


def write_letter(rng: Rng) -> np.ndarray:
    """Draw a handwritten letter or sign: (28, 28) uint8."""
    return _draw_strokes(letter_strokes(rng), rng)


def write_word(rng: Rng) -> np.ndarray:
    """Draw two or three handwritten letters side by side: (28, 28) uint8."""
    strokes: list[Stroke] = []
    for position in range(int(rng.integers(2, 4))):
        offset = np.array([position * rng.uniform(0.9, 1.3), rng.normal(0, 0.1)])
        strokes += [stroke * [0.8, 1] + offset for stroke in letter_strokes(rng)]
    return _draw_strokes(strokes, rng)


def letter_strokes(rng: Rng) -> list[Stroke]:
    """Return the strokes of a handwritten letter or sign, about 1 high."""
    glyph = list(HANDWRITTEN.values())[rng.integers(len(HANDWRITTEN))]
    unsteadiness = rng.uniform(0.01, 0.08)
    matrix = np.array([[rng.uniform(0.5, 1.1), 0], [rng.normal(-0.1, 0.15), 1]])
    return [write_by_hand(points, unsteadiness, rng) @ matrix for points in glyph]


def scribble(rng: Rng) -> np.ndarray:
    """Draw a spiral, a zigzag, a tangle or several lines: (28, 28) uint8."""
    return _draw_strokes(SCRIBBLES[rng.integers(len(SCRIBBLES))](rng), rng)


def spiral(rng: Rng) -> list[Stroke]:
    """Return a line that goes round two to five times while it drifts to the right."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 5), 50)
    radius = np.linspace(rng.uniform(0.2, 1), 1, 50)
    drift = np.linspace(0, rng.uniform(0, 3), 50)
    return [np.stack([radius * np.cos(angle) + drift, radius * np.sin(angle)], axis=1)]


def zigzag(rng: Rng) -> list[Stroke]:
    """Return a line that goes to and fro, horizontally or vertically."""
    count = int(rng.integers(6, 14))
    across = np.where(np.arange(count) % 2, 1, 0) + rng.normal(0, 0.15, count)
    stroke = np.stack([across, np.linspace(0, rng.uniform(0.5, 1.5), count)], axis=1)
    return [stroke[:, ::-1] if rng.random() < 0.5 else stroke]


def tangle(rng: Rng) -> list[Stroke]:
    """Return one smooth line through 8 to 19 random points."""
    return [smooth(rng.random((rng.integers(8, 20), 2)))]


def several_lines(rng: Rng) -> list[Stroke]:
    """Return three to seven short smooth lines."""
    return [smooth(rng.random((rng.integers(2, 5), 2))) for _ in range(rng.integers(3, 8))]


def loops(rng: Rng) -> list[Stroke]:
    """Return a row of three to eight loops, like a cursive e written again and again."""
    count = rng.integers(3, 9)
    angle = np.linspace(0, 2 * np.pi * count, 12 * count)
    drift = angle / (2 * np.pi) * rng.uniform(0.4, 1.2)
    height = 1 + np.repeat(rng.normal(0, 0.25, count), 12)
    across = np.stack([np.cos(angle) + drift, height * np.sin(angle)], axis=1)
    return [across[:, ::-1] if rng.random() < 0.4 else across]


def closed_tangle(rng: Rng) -> list[Stroke]:
    """Return one smooth line through 7 to 14 points around a middle, back to its start."""
    count = int(rng.integers(7, 15))
    angle = np.cumsum(rng.uniform(0.5, 3, count))
    radius = rng.uniform(0.1, 1, count)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return [smooth(np.concatenate([points, points[:2]]))]


def burst(rng: Rng) -> list[Stroke]:
    """Return four to nine straight lines from near a middle, or across it."""
    angles = rng.uniform(0, 2 * np.pi, rng.integers(4, 10))
    tips = np.stack([np.cos(angles), np.sin(angles)], axis=1) * rng.uniform(0.6, 1)
    return [np.stack([tip * rng.uniform(-0.6, 0.3), tip]) for tip in tips]


Scribble = Callable[[Rng], list[Stroke]]
SCRIBBLES: list[Scribble] = [spiral, zigzag, tangle, closed_tangle, loops, burst, several_lines]


def fill_shape(rng: Rng) -> np.ndarray:
    """Fill a random shape with an even, striped or cloudy gray: (28, 28) uint8.

    Half of the images are prepared like a drawing; the others are only scaled down.
    """
    side = SHAPE_SIDE
    mask: np.ndarray = np.zeros((side, side), np.uint8)
    cv2.fillPoly(mask, [_outline(rng).astype(np.int32)], 255, cv2.LINE_AA)
    if rng.random() < 0.5:
        mask = cv2.dilate(mask, np.ones((int(rng.integers(3, 12)),) * 2, np.uint8))
    clouds: np.ndarray = cv2.GaussianBlur(
        rng.normal(0, 1, (side, side)), (0, 0), rng.uniform(0.5, 8)
    )
    clouds /= max(clouds.std(), 1e-6)
    stripes = np.sin(rng.uniform(0.2, 1.2) * np.arange(side) + rng.uniform(0, 6))
    gray = rng.uniform(0.2, 1) + rng.uniform(0, 0.3) * clouds + rng.uniform(0, 0.3) * stripes
    image = (mask * np.clip(gray if rng.random() < 0.5 else gray.T, 0, 1)).astype(np.uint8)
    if rng.random() < 0.5 and image.max() > 50:
        return prepare(image)
    return cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _outline(rng: Rng) -> np.ndarray:
    """Return a closed random walk inside the shape's image, mostly symmetrical, (k, 2)."""
    outline = np.cumsum(rng.normal(0, 1, (rng.integers(3, 12), 2)), axis=0)
    if rng.random() < 0.6:  # as things made by people are
        outline = np.abs(outline)
        outline = outline[np.argsort(outline[:, 1])]
        outline = np.concatenate([outline, outline[::-1] * [-1, 1]])
    outline -= outline.min(axis=0)
    outline *= rng.uniform(30, SHAPE_SIDE - 2) / max(outline.max(), 1e-6)
    return outline + (SHAPE_SIDE - outline.max(axis=0)) / 2


def _draw_strokes(strokes: list[Stroke], rng: Rng) -> np.ndarray:
    return prepare(draw(strokes, rng.uniform(*STROKE_WIDTHS), STROKE_SIDE, STROKE_MARGIN))


# One is chosen uniformly for each image, so a generator listed twice is twice as likely.
GENERATORS: tuple[Callable[[Rng], np.ndarray], ...] = (
    print_glyph,
    write_letter,
    write_letter,
    write_letter,
    write_word,
    scribble,
    scribble,
    fill_shape,
)
