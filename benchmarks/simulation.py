"""Digits, and other things, drawn with a simulated pen on a canvas, to measure on.

Each style is written down as the way of the pen: where a stroke starts, where it heads, how far it
goes and by how much it turns meanwhile. Lengths, turns and the heading waver from drawing to
drawing, so errors add up along a stroke as a hand's do. Drawings have random size (60 to 260
pixels), place, pen width (8 to 30 pixels, where the size allows it), slant, and colors, light on
dark or dark on light.

Training draws strokes too (`synthesis.handwriting`, `synthesis.non_digits`). Shared with it is the
list of what people do: a bar through the 7, a foot under the 1. Nothing else is: shapes, notation,
noise, pen widths and seeds are written anew here, and training never sees a drawing of this file.
Still, who wrote both is the same, so these figures flatter; only real people's drawings say how
well people's drawings are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

Rng = np.random.Generator
Segment = tuple[float, float]
Way = tuple[float, float, float, tuple[Segment, ...]]

CANVAS = 280
SIZES = (60, 260)
PENS = (8, 30)
WAVER = 0.05  # of lengths and turns, as a share
POINTS_A_UNIT = 40

# x, y and heading at the start (0 right, 90 down), then (length, turn) pairs; a length of 0 is a
# corner. In a box of about 1 × 1.
STYLES: dict[str, tuple[int, tuple[Way, ...]]] = {
    "0 plain": (0, ((0.5, 0, 185, ((2.5, -365),)),)),
    "0 slashed": (0, ((0.5, 0, 185, ((2.5, -365),)), (0.85, -0.05, 122, ((1.3, 0),)))),
    "1 plain": (1, ((0.5, 0, 92, ((1, 0),)),)),
    "1 flagged": (1, ((0.2, 0.35, -50, ((0.45, 0), (0, 145), (1, 0))),)),
    "1 flagged, with foot": (
        1,
        ((0.22, 0.3, -45, ((0.4, 0), (0, 137), (1, 0))), (0.22, 1.02, 0, ((0.55, 0),))),
    ),
    "2 plain": (2, ((0.1, 0.28, -65, ((1.05, 195), (0.7, 0), (0, -128), (0.75, 0))),)),
    "2 looped": (2, ((0.1, 0.28, -65, ((1.05, 195), (0.6, 0), (0.55, 245), (0.55, -15))),)),
    "3 plain": (3, ((0.1, 0.15, -45, ((0.95, 205), (0, -160), (1.15, 195))),)),
    "3 flat-topped": (
        3,
        ((0.1, 0, 0, ((0.6, 0), (0, 135), (0.5, 0), (0, -125), (1.15, 185))),),
    ),
    "4 closed": (
        4,
        ((0.65, 0, 122, ((0.85, 0), (0, -122), (0.85, 0))), (0.65, 0.02, 92, ((1.1, 0),))),
    ),
    "4 open": (
        4,
        ((0.15, 0, 100, ((0.55, 0), (0, -97), (0.8, 0))), (0.66, 0.08, 93, ((1.0, 0),))),
    ),
    "5 in one stroke": (
        5,
        ((0.75, 0, 182, ((0.5, 0), (0, -82), (0.4, 0), (0, -125), (1.2, 205))),),
    ),
    "5 in two strokes": (
        5,
        ((0.2, 0.05, 97, ((0.4, 0), (0, -115), (1.2, 200))), (0.25, 0.0, -4, ((0.55, 0),))),
    ),
    "6 curly": (6, ((0.75, 0.05, 215, ((1.0, -115), (1.4, -350))),)),
    "7 plain": (7, ((0.1, 0.05, -2, ((0.7, 0), (0, 112), (1.05, -8))),)),
    "7 barred": (
        7,
        ((0.1, 0.05, -2, ((0.7, 0), (0, 115), (1.05, -8))), (0.28, 0.5, -3, ((0.5, 0),))),
    ),
    "7 with serif and bar": (
        7,
        (
            (0.08, 0.2, -85, ((0.16, 0), (0, 86), (0.7, 0), (0, 113), (1.05, -5))),
            (0.3, 0.52, -5, ((0.45, 0),)),
        ),
    ),
    "8 in one loop": (8, ((0.74, 0.14, 252, ((1.22, -258), (1.4, 318), (0.6, -10))),)),
    "8 in two rings": (
        8,
        ((0.45, 0.5, 180, ((1.5, 362),)), (0.45, 0.5, 0, ((1.75, 362),))),
    ),
    "9 plain": (9, ((0.75, 0.15, 225, ((1.35, -345), (0, 205), (0.85, 8))),)),
    "9 hooked": (9, ((0.75, 0.15, 225, ((1.35, -345), (0, 205), (0.55, 5), (0.6, 115))),)),
}
# Letters in the same notation, none of which looks like a digit.
LETTERS: dict[str, tuple[Way, ...]] = {
    "A": (
        (0.1, 1, -68, ((1.08, 0), (0, 136), (1.08, 0))),
        (0.28, 0.62, 0, ((0.45, 0),)),
    ),
    "E": (
        (0.8, 0, 180, ((0.6, 0), (0, -90), (1, 0), (0, -90), (0.62, 0))),
        (0.2, 0.5, 0, ((0.5, 0),)),
    ),
    "F": ((0.8, 0, 180, ((0.6, 0), (0, -88), (1, 0))), (0.2, 0.48, 0, ((0.45, 0),))),
    "H": (
        (0.15, 0, 91, ((1, 0),)),
        (0.8, 0, 91, ((1, 0),)),
        (0.15, 0.5, 0, ((0.65, 0),)),
    ),
    "K": ((0.2, 0, 90, ((1, 0),)), (0.8, 0, 138, ((0.8, 0), (0, -92), (0.8, 0)))),
    "M": ((0.05, 1, -88, ((1, 0), (0, 150), (0.8, 0), (0, -124), (0.8, 0), (0, 150), (1, 0))),),
    "N": ((0.15, 1, -90, ((1, 0), (0, 147), (1.2, 0), (0, -147), (1, 0))),),
    "R": (
        (0.2, 0, 90, ((1, 0),)),
        (0.2, 0.02, -5, ((0.35, 10), (0.5, 170), (0.3, 5), (0, -127), (0.7, 0))),
    ),
    "W": ((0, 0, 75, ((1, 0), (0, -150), (0.8, 0), (0, 150), (0.8, 0), (0, -150), (1, 0))),),
    "X": ((0.1, 0, 52, ((1.25, 0),)), (0.85, 0, 128, ((1.25, 0),))),
    "T": ((0.1, 0, 0, ((0.85, 0),)), (0.52, 0, 91, ((1, 0),))),
    "d": ((0.65, 0.55, 215, ((1.3, -345),)), (0.68, -0.15, 92, ((1.1, 0), (0.2, -60)))),
    "e": ((0.15, 0.5, -8, ((0.6, 0), (0, -75), (1.9, -265))),),
    "f": ((0.75, 0.1, 235, ((0.5, -140), (0.8, 0))), (0.15, 0.42, 0, ((0.55, 0),))),
    "h": ((0.2, 0, 90, ((1, 0), (0, -165), (0.3, 10), (0.5, 150), (0.4, 0))),),
    "k": ((0.2, 0, 90, ((1, 0),)), (0.6, 0.4, 145, ((0.45, 0), (0, -95), (0.6, 0)))),
    "m": (
        (
            0.05,
            0.3,
            88,
            ((0.7, 0), (0, -165), (0.4, 10), (0.35, 155), (0.5, 0), (0, -165), (0.7, 160)),
        ),
    ),
    "n": ((0.15, 0.3, 88, ((0.7, 0), (0, -160), (0.4, 10), (0.45, 150), (0.5, 0))),),
    "r": ((0.2, 0.2, 90, ((0.8, 0), (0, -172), (0.5, 15), (0.4, 85))),),
    "t": ((0.45, 0, 92, ((0.85, -5), (0.3, -95))), (0.15, 0.32, 0, ((0.6, 0),))),
    "w": (
        (
            0.05,
            0.2,
            80,
            ((0.5, -20), (0.45, -140), (0.4, 0), (0, 165), (0.5, -25), (0.4, -140), (0.4, 0)),
        ),
    ),
}
# Letters in fonts that training does not use, without those that can be read as a digit.
PRINTED = "AEFHKMNRTWXadefhkmnrtwx"
FONTS = (cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN)


@dataclass(frozen=True, eq=False)
class Drawing:
    """A canvas, (280, 280, 3) uint8 RGB, and what was drawn on it: a digit, or None."""

    pixels: np.ndarray
    digit: int | None


def draw_digit(style: str, rng: Rng) -> Drawing:
    """Draw a digit in one of `STYLES` at a random size and place, with a random pen."""
    digit, ways = STYLES[style]
    return Drawing(put_on_canvas(write(ways, rng), rng), digit)


def draw_letter(rng: Rng) -> Drawing:
    """Draw one of `LETTERS` with the same pen."""
    ways = list(LETTERS.values())[rng.integers(len(LETTERS))]
    return Drawing(put_on_canvas(write(ways, rng), rng), None)


def print_letter(rng: Rng) -> Drawing:
    """Print a letter in a font, thick or thin."""
    pixels = np.zeros((CANVAS, CANVAS), np.uint8)
    letter = PRINTED[rng.integers(len(PRINTED))]
    font = FONTS[rng.integers(len(FONTS))]
    scale = rng.uniform(3, 5) * (2 if font == cv2.FONT_HERSHEY_PLAIN else 1)
    thickness = int(rng.integers(6, 20))
    cv2.putText(pixels, letter, (60, 210), font, scale, 255, thickness, cv2.LINE_AA)
    return Drawing(np.stack([pixels] * 3, axis=2), None)


def draw_scribble(rng: Rng) -> Drawing:
    """Draw what a hand does that swings in two directions at once, several times around."""
    time = np.linspace(0, 2 * np.pi, 300)
    path = np.zeros((300, 2))
    for frequency in range(1, 8):
        phases, strength = rng.uniform(0, 2 * np.pi, 2), rng.uniform(0.2, 1, 2)
        path += strength * np.sin(frequency * time[:, None] * rng.uniform(0.8, 1.2) + phases)
    return Drawing(put_on_canvas([path], rng), None)


def draw_texture(rng: Rng) -> Drawing:
    """Draw patches of gray, each pixel belonging to the nearest of a few random points."""
    points = rng.uniform(0, CANVAS, (rng.integers(5, 30), 2))
    grid = np.moveaxis(np.mgrid[:CANVAS:4, :CANVAS:4], 0, -1).reshape(-1, 1, 2)
    nearest = ((grid - points) ** 2).sum(axis=2).argmin(axis=1).reshape(CANVAS // 4, -1)
    gray = (rng.random(len(points)) * 255 * (rng.random(len(points)) < 0.6)).astype(np.uint8)
    picture = cv2.resize(gray[nearest], (CANVAS, CANVAS), interpolation=cv2.INTER_NEAREST)
    picture[:20], picture[-20:], picture[:, :20], picture[:, -20:] = 0, 0, 0, 0
    return Drawing(np.stack([picture] * 3, axis=2), None)


def draw_two_digits(rng: Rng) -> Drawing:
    """Draw two digits side by side."""
    styles = list(STYLES)
    strokes = []
    for place in (0, 1):
        written = write(STYLES[styles[rng.integers(len(styles))]][1], rng)
        left = min(float(stroke[:, 0].min()) for stroke in written)
        offset = np.array([1.2 * place - left, rng.normal(0, 0.05)])
        strokes += [stroke + offset for stroke in written]
    return Drawing(put_on_canvas(strokes, rng), None)


def write(ways: tuple[Way, ...], rng: Rng) -> list[np.ndarray]:
    """Follow the pen's ways, wavering: strokes of points (k, 2), x to the right and y down."""
    lean = np.array([[rng.uniform(0.65, 1.05), 0], [rng.normal(-0.1, 0.12), 1]])
    return [_follow(way, rng) @ lean for way in ways]


def put_on_canvas(strokes: list[np.ndarray], rng: Rng) -> np.ndarray:
    """Draw strokes at a random size and place in random colors: (280, 280, 3) uint8."""
    size = rng.uniform(*SIZES)
    pen = rng.uniform(PENS[0], min(PENS[1], max(PENS[0], size / 5)))
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = max(size - pen, 1) / max(float((high - low).max()), 1e-6)
    room = CANVAS - (high - low) * scale - pen
    corner = pen / 2 + rng.uniform(0, 1, 2) * np.maximum(room, 0)
    paths = [
        np.round(((stroke - low) * scale + corner) * 16).astype(np.int32) for stroke in strokes
    ]
    light, dark = rng.integers(160, 256, 3), rng.integers(0, 70, 3)
    paper, ink = (light, dark) if rng.random() < 0.5 else (dark, light)
    pixels = np.empty((CANVAS, CANVAS, 3), np.uint8)
    pixels[:] = paper
    color = tuple(int(value) for value in ink)
    cv2.polylines(pixels, paths, False, color, max(1, round(pen)), cv2.LINE_AA, 4)
    return pixels


def _follow(way: Way, rng: Rng) -> np.ndarray:
    x, y, heading, segments = way
    x, y = x + rng.normal(0, 0.04), y + rng.normal(0, 0.04)
    angle = np.radians(heading + rng.normal(0, 5))
    points = [(x, y)]
    drift = 0.0
    for length, turn in segments:
        steps = max(1, round(length * POINTS_A_UNIT))
        turn = np.radians(turn) * rng.normal(1, WAVER)
        step = length * rng.normal(1, WAVER) / steps
        for _ in range(steps):
            drift = 0.9 * drift + rng.normal(0, 0.004)
            angle += turn / steps + drift
            x, y = x + step * np.cos(angle), y + step * np.sin(angle)
            points.append((x, y))
    return np.array(points)
