"""Simulated drawings of digits and non-digits on a canvas.

The digits and letters follow the paths of `benchmarks.pen_paths`. Lengths, turns and directions
vary at random, and errors add up along a stroke as in handwriting. Drawings have a random size (60
to 260 pixels), position, pen width (8 to 30 pixels, if the size allows it), slant and colors, light
on dark or dark on light.

Training draws strokes too (`synthesis.handwriting`, `synthesis.non_digits`) and includes the same
habits, such as a bar through the 7 or a foot under the 1. Shapes, notation, noise, pen widths and
seeds here are independent of it, and no drawing of this module is used in training. But the authors
are the same, so the accuracy on these drawings is likely to be higher than on people's.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.pen_paths import LETTERS, STYLES, PenPath

Rng = np.random.Generator
CANVAS = 280
SIZES = (60, 260)
PENS = (8, 30)
VARIATION = 0.05  # standard deviation of lengths and turns, as a fraction of them
POINTS_PER_UNIT = 40
# Letters that do not look like digits, in fonts that training does not use.
PRINTED = "AEFHKMNRTWXadefhkmnrtwx"
FONTS = (cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN)


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing on a canvas.

    Attributes:
        pixels: (280, 280, 3) uint8, RGB.
        digit: The digit; None if the drawing is not a digit.
    """

    pixels: np.ndarray
    digit: int | None


def draw_digit(style: str, rng: Rng) -> Drawing:
    """Draw a digit in one of `STYLES` at a random size and position, with a random pen."""
    digit, paths = STYLES[style]
    return Drawing(put_on_canvas(write(paths, rng), rng), digit)


def draw_letter(rng: Rng) -> Drawing:
    """Draw one of `LETTERS` with the same pen."""
    paths = list(LETTERS.values())[rng.integers(len(LETTERS))]
    return Drawing(put_on_canvas(write(paths, rng), rng), None)


def print_letter(rng: Rng) -> Drawing:
    """Draw one of `PRINTED` in a random font and stroke width."""
    pixels = np.zeros((CANVAS, CANVAS), np.uint8)
    letter = PRINTED[rng.integers(len(PRINTED))]
    font = FONTS[rng.integers(len(FONTS))]
    scale = rng.uniform(3, 5) * (2 if font == cv2.FONT_HERSHEY_PLAIN else 1)
    thickness = int(rng.integers(6, 20))
    cv2.putText(pixels, letter, (60, 210), font, scale, 255, thickness, cv2.LINE_AA)
    return Drawing(np.stack([pixels] * 3, axis=2), None)


def draw_scribble(rng: Rng) -> Drawing:
    """Draw a smooth closed curve: a random sum of sine waves in x and y."""
    time = np.linspace(0, 2 * np.pi, 300)
    path = np.zeros((300, 2))
    for frequency in range(1, 8):
        phases, strength = rng.uniform(0, 2 * np.pi, 2), rng.uniform(0.2, 1, 2)
        path += strength * np.sin(frequency * time[:, None] * rng.uniform(0.8, 1.2) + phases)
    return Drawing(put_on_canvas([path], rng), None)


def draw_texture(rng: Rng) -> Drawing:
    """Draw patches of gray: the Voronoi cells of a few random points."""
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
    for position in (0, 1):
        written = write(STYLES[styles[rng.integers(len(styles))]][1], rng)
        left = min(float(stroke[:, 0].min()) for stroke in written)
        offset = np.array([1.2 * position - left, rng.normal(0, 0.05)])
        strokes += [stroke + offset for stroke in written]
    return Drawing(put_on_canvas(strokes, rng), None)


def write(paths: tuple[PenPath, ...], rng: Rng) -> list[np.ndarray]:
    """Follow pen paths with random variations, width and slant.

    Returns:
        One stroke per path: points (k, 2) float, x to the right and y down.
    """
    lean = np.array([[rng.uniform(0.65, 1.05), 0], [rng.normal(-0.1, 0.12), 1]])
    return [follow(path, rng) @ lean for path in paths]


def put_on_canvas(strokes: list[np.ndarray], rng: Rng) -> np.ndarray:
    """Draw strokes at a random size and position in random colors: (280, 280, 3) uint8."""
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


def follow(path: PenPath, rng: Rng) -> np.ndarray:
    """Follow one pen path with random variations: points (k, 2) float."""
    x, y, direction, segments = path
    x, y = x + rng.normal(0, 0.04), y + rng.normal(0, 0.04)
    angle = np.radians(direction + rng.normal(0, 5))
    points = [(x, y)]
    drift = 0.0
    for length, turn in segments:
        steps = max(1, round(length * POINTS_PER_UNIT))
        turn = np.radians(turn) * rng.normal(1, VARIATION)
        step = length * rng.normal(1, VARIATION) / steps
        for _ in range(steps):
            drift = 0.9 * drift + rng.normal(0, 0.004)
            angle += turn / steps + drift
            x, y = x + step * np.cos(angle), y + step * np.sin(angle)
            points.append((x, y))
    return np.array(points)
