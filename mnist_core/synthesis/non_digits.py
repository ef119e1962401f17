"""Drawings that are no single digit: what a network must see to learn to refuse.

Letters and signs, scribbles, mirrored and turned digits, filled shapes, and several digits side by
side. Letters that can be read as a digit (O, l, S, Z, g and the like) are left out.
"""

from __future__ import annotations

import cv2
import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.synthesis.strokes import Stroke, draw, prepare, smooth, write_by_hand

Rng = np.random.Generator

GLYPHS = "ACEFHJKLMNPRTVWXacdefhkmnprtuvwx+#?&@%*=~<>{}!"
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
# Letters as people write them, in a box of 1 × 1; "|" parts strokes, ";" points, and a point
# given twice is a corner.
HANDWRITTEN = {
    "A": "0,1;.5,0;.5,0;1,1|.2,.6;.8,.6",
    "E": "1,0;0,0;0,0;0,1;0,1;1,1|0,.5;.8,.5",
    "E round": "1,.1;.4,0;.1,.25;.5,.48;.5,.48;0,.75;.4,1;1,.9",
    "F": "1,0;0,0;0,0;0,1|0,.5;.7,.5",
    "H": "0,0;0,1|1,0;1,1|0,.5;1,.5",
    "K": "0,0;0,1|1,0;0,.55;0,.55;1,1",
    "M": "0,1;0,0;0,0;.5,.7;.5,.7;1,0;1,0;1,1",
    "N": "0,1;0,0;0,0;1,1;1,1;1,0",
    "R": "0,1;0,0;0,0;.8,.1;.8,.4;0,.5;0,.5;1,1",
    "P": "0,1;0,0;0,0;.8,.1;.8,.4;0,.5",
    "T": "0,0;1,0|.5,0;.5,1",
    "V": "0,0;.5,1;.5,1;1,0",
    "W": "0,0;.25,1;.25,1;.5,.2;.5,.2;.75,1;.75,1;1,0",
    "X": "0,0;1,1|1,0;0,1",
    "C": ".95,.15;.5,0;.05,.5;.5,1;.95,.85",
    "a": ".8,.2;.4,0;.05,.4;.2,.8;.6,.7;.8,.2;.8,.2;.8,.7;1,.9",
    "d": ".6,.5;.2,.5;.1,.8;.4,1;.65,.7;.7,0;.7,0;.7,.8;.9,1",
    "e": ".1,.5;.8,.45;.7,.1;.3,.1;.05,.5;.3,.95;.9,.85",
    "f": ".8,.1;.5,0;.4,.3;.4,1|.1,.45;.75,.45",
    "f looped": ".2,.5;.7,.2;.5,0;.35,.4;.35,1;.55,.9;.4,.6;.8,.5",
    "h": ".1,0;.1,1;.1,1;.2,.55;.55,.5;.65,.7;.7,1",
    "h looped": "0,.7;.4,.2;.3,0;.15,.3;.15,1;.15,1;.4,.55;.6,.6;.6,.9;.8,.95",
    "k": ".1,0;.1,1|.6,.35;.1,.65;.1,.65;.7,1",
    "m": "0,.3;0,1;0,1;.15,.35;.4,.35;.45,1;.45,1;.6,.35;.85,.35;.95,1",
    "n": "0,.2;0,1;0,1;.2,.3;.6,.25;.75,.5;.8,1",
    "r": ".1,.2;.1,1;.1,1;.2,.4;.6,.2",
    "t": ".4,0;.4,.9;.7,.95|.05,.3;.8,.3",
    "u": "0,0;.05,.8;.4,1;.75,.7;.8,0;.8,0;.85,1",
    "w": "0,0;.2,.9;.45,.8;.5,.2;.5,.2;.6,.9;.9,.8;1,0",
    "x": "0,.1;.3,.2;.7,.9;1,.9|.9,0;.1,1",
    "G long": ".9,.1;.4,0;.05,.5;.5,1;.95,.8;.95,.5;.95,.5;.5,.5|.95,.5;.95,1.2",
    "Q": ".5,0;.05,.3;.1,.8;.5,1;.9,.7;.85,.2;.5,0|.6,.6;1.1,1.2",
    "m cursive": "0,1;.1,.3;.25,.3;.3,1;.3,1;.45,.3;.6,.35;.6,1;.6,1;.8,.3;.95,.4;1,1",
    "heart": ".5,1;0,.4;.2,0;.5,.3;.5,.3;.8,0;1,.4;.5,1",
    "star": ".2,1;.5,0;.5,0;.8,1;.8,1;0,.35;0,.35;1,.35;1,.35;.2,1",
    "box": "0,0;1,0;1,0;1,1;1,1;0,1;0,1;0,0",
    "triangle": ".5,0;1,1;1,1;0,1;0,1;.5,0",
    "arrow": "0,.5;1,.5|.6,.1;1,.5;1,.5;.6,.9",
    "tick": "0,.6;.35,1;.35,1;1,0",
    "face": ".5,0;0,.3;.1,.9;.9,.9;1,.3;.5,0|.3,.3;.3,.4|.7,.3;.7,.4|.3,.65;.5,.8;.7,.65",
}
# Mirrored, these digits are none any more; turned by a quarter, those.
MIRRORED, TURNED = (3, 4, 6, 7, 9), (2, 3, 4, 5, 7, 9)
SIDE = 64
# Of several digits so many are 1s besides those that come at random, since an 11 looks like no
# other pair.
ONES = 0.3
WIDEST_GAP = 24  # pixels, where digits are 32 to 48 high


def make_negatives(count: int, rng: Rng) -> np.ndarray:
    """Make drawings that are no digit, without any of `make_multi_digit`: (count, 28, 28) uint8."""
    makers = [_print_glyph, *3 * [_write_letter], _write_word, *2 * [_scribble], _fill]
    return np.stack([makers[rng.integers(len(makers))](rng) for _ in range(count)])


def flip_and_rotate(split: Split) -> np.ndarray:
    """Mirror every other digit and turn the rest by a quarter, where that leaves no digit.

    Returns:
        (fewer, 28, 28) uint8.
    """
    images, labels = split.images, split.labels
    mirrored = images[::2][np.isin(labels[::2], MIRRORED)][:, :, ::-1]
    turned = np.rot90(images[1::2][np.isin(labels[1::2], TURNED)], axes=(1, 2))
    return np.concatenate([mirrored, turned])


def make_multi_digit(split: Split, count: int, rng: Rng) -> np.ndarray:
    """Put two to four digits side by side and prepare them as one: (count, 28, 28) uint8.

    Args:
        split: The digits, 1s among them.
        count: How many images are made.
        rng: Decides which digits and how far apart.
    """
    ones = split.images[split.labels == 1]
    return np.stack([_join(split.images, ones, rng) for _ in range(count)])


def _join(images: np.ndarray, ones: np.ndarray, rng: Rng) -> np.ndarray:
    parts = []
    for _ in range(rng.choice([2, 2, 2, 3, 4])):
        among = ones if rng.random() < ONES else images
        image = among[rng.integers(len(among))]
        columns = np.flatnonzero(image.max(axis=0) > 25)
        size = rng.uniform(1.6, 2.4)
        digit = cv2.resize(image[:, columns[0] : columns[-1] + 1], None, fx=size, fy=size)
        above = int(rng.integers(0, 96 - len(digit)))
        gap = int(rng.integers(1, WIDEST_GAP))
        parts.append(np.pad(digit, ((above, 96 - len(digit) - above), (gap, 0))))
    return prepare(np.hstack(parts))


def _print_glyph(rng: Rng) -> np.ndarray:
    picture = np.zeros((110, 130), np.uint8)
    glyph = GLYPHS[rng.integers(len(GLYPHS))]
    font = FONTS[rng.integers(len(FONTS))]
    thickness = int(rng.integers(2, 11))
    cv2.putText(picture, glyph, (30, 80), font, rng.uniform(1.8, 2.4), 255, thickness, cv2.LINE_AA)
    return prepare(_bend(picture, rng))


def _write_letter(rng: Rng) -> np.ndarray:
    return _pen(_letter(rng), rng)


def _write_word(rng: Rng) -> np.ndarray:
    strokes: list[Stroke] = []
    for place in range(int(rng.integers(2, 4))):
        offset = np.array([place * rng.uniform(0.9, 1.3), rng.normal(0, 0.1)])
        strokes += [stroke * [0.8, 1] + offset for stroke in _letter(rng)]
    return _pen(strokes, rng)


def _letter(rng: Rng) -> list[Stroke]:
    written = list(HANDWRITTEN.values())[rng.integers(len(HANDWRITTEN))]
    unsteady = rng.uniform(0.01, 0.08)
    matrix = np.array([[rng.uniform(0.5, 1.1), 0], [rng.normal(-0.1, 0.15), 1]])
    strokes = []
    for text in written.split("|"):
        points = np.array([point.split(",") for point in text.split(";")], np.float32)
        strokes.append(write_by_hand(points, unsteady, rng) @ matrix)
    return strokes


def _scribble(rng: Rng) -> np.ndarray:
    way = rng.integers(4)
    if way == 0:  # round and round
        turns = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 5), 50)
        growth = np.linspace(rng.uniform(0.2, 1), 1, 50)
        drift = np.linspace(0, rng.uniform(0, 3), 50)
        strokes = [np.stack([growth * np.cos(turns) + drift, growth * np.sin(turns)], axis=1)]
    elif way == 1:  # to and fro
        count = int(rng.integers(6, 14))
        across = np.where(np.arange(count) % 2, 1, 0) + rng.normal(0, 0.15, count)
        strokes = [np.stack([across, np.linspace(0, rng.uniform(0.5, 1.5), count)], axis=1)]
        if rng.random() < 0.5:
            strokes = [stroke[:, ::-1] for stroke in strokes]
    elif way == 2:  # anywhere
        strokes = [smooth(rng.random((rng.integers(8, 20), 2)))]
    else:  # several lines
        strokes = [smooth(rng.random((rng.integers(2, 5), 2))) for _ in range(rng.integers(3, 8))]
    return _pen(strokes, rng)


def _fill(rng: Rng) -> np.ndarray:
    """Draw a filled shape with an even, striped or cloudy gray, prepared or as it is."""
    side = 56
    outline = np.cumsum(rng.normal(0, 1, (rng.integers(3, 12), 2)), axis=0)
    if rng.random() < 0.6:  # symmetrical, as things made by people are
        outline = np.abs(outline)
        outline = outline[np.argsort(outline[:, 1])]
        outline = np.concatenate([outline, outline[::-1] * [-1, 1]])
    outline -= outline.min(axis=0)
    outline *= rng.uniform(30, 54) / max(outline.max(), 1e-6)
    outline += (side - outline.max(axis=0)) / 2
    mask: np.ndarray = np.zeros((side, side), np.uint8)
    cv2.fillPoly(mask, [outline.astype(np.int32)], 255, cv2.LINE_AA)
    if rng.random() < 0.5:
        mask = cv2.dilate(mask, np.ones((int(rng.integers(3, 12)),) * 2, np.uint8))
    noise: np.ndarray = cv2.GaussianBlur(
        rng.normal(0, 1, (side, side)), (0, 0), rng.uniform(0.5, 8)
    )
    noise /= max(noise.std(), 1e-6)
    wave = np.sin(rng.uniform(0.2, 1.2) * np.arange(side) + rng.uniform(0, 6))
    gray = rng.uniform(0.2, 1) + rng.uniform(0, 0.3) * noise + rng.uniform(0, 0.3) * wave
    picture = (mask * np.clip(gray if rng.random() < 0.5 else gray.T, 0, 1)).astype(np.uint8)
    if rng.random() < 0.5 and picture.max() > 50:
        return prepare(picture)
    return cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA)


def _pen(strokes: list[Stroke], rng: Rng) -> np.ndarray:
    return prepare(draw(strokes, rng.uniform(0.05, 0.25), SIDE, margin=10))


def _bend(picture: np.ndarray, rng: Rng) -> np.ndarray:
    height, width = picture.shape
    corners = np.array([[0, 0], [width, 0], [0, height]], np.float32)
    moved = corners + rng.normal(0, 12, corners.shape).astype(np.float32)
    return cv2.warpAffine(picture, cv2.getAffineTransform(corners, moved), (width, height))
