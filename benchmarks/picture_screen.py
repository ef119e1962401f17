"""Simulated pictures from screens: exports, drawing programs, plots and screenshots.

Each function draws a picture of one held-out digit from a random generator and returns the file and
the digit.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from benchmarks.picture_ink import draw_digit, held_out_digits, place
from benchmarks.picture_paper import encode

Rng = np.random.Generator
File = tuple[bytes, int]
FONT = cv2.FONT_HERSHEY_SIMPLEX
COLORS = [(220, 40, 40), (30, 90, 200), (20, 140, 60), (240, 160, 20), (130, 50, 160)]


def export_mnist(rng: Rng) -> File:
    """An image of 28 × 28 pixels in the style of MNIST, in both polarities, some as JPEG."""
    image, digit = _mnist_image(rng)
    gray = np.stack([image if rng.random() < 0.5 else 255 - image] * 3, axis=2)
    return (encode(gray, rng) if rng.random() < 0.4 else _save(gray)), digit


def enlarge_pixels(rng: Rng) -> File:
    """Such an image, enlarged without smoothing, with a margin of another gray in some."""
    image, digit = _mnist_image(rng)
    factor = int(rng.integers(4, 24))
    gray = image.repeat(factor, axis=0).repeat(factor, axis=1)
    gray = gray if rng.random() < 0.5 else 255 - gray
    return _save(np.stack([gray] * 3, axis=2)), digit


def shrink_drawing(rng: Rng) -> File:
    """A drawing reduced to 28 to 64 pixels without centering, many digits cut by the border."""
    pixels, digit = _paint(rng, margin=(-0.04, 0.12))
    side = int(rng.integers(28, 65))
    scale = side / max(pixels.shape)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return _save(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), digit


def paint(rng: Rng) -> File:
    """A drawing program's canvas of 100 to 1,200 pixels: a hard brush, any two colors."""
    pixels, digit = _paint(rng, margin=(0.02, 0.6))
    return (_save(pixels) if rng.random() < 0.7 else encode(pixels, rng)), digit


def paint_to_the_border(rng: Rng) -> File:
    """The same, with strokes that reach the border of the picture or leave it."""
    pixels, digit = _paint(rng, margin=(-0.05, 0.02))
    return _save(pixels), digit


def draw_faintly(rng: Rng) -> File:
    """A drawing of little contrast."""
    ink, digit = _place_digit(rng, (0.1, 0.4))
    paper, contrast = rng.uniform(150, 255), rng.uniform(12, 40)
    gray = paper - contrast * ink
    return _save(np.repeat(gray[..., None], 3, axis=2)), digit


def draw_unevenly(rng: Rng) -> File:
    """A drawing some parts of which are two to five times as strong as others."""
    ink, digit = _place_digit(rng, (0.1, 0.5))
    height, width = ink.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)
    beyond = 1 / (1 + np.exp(-np.clip(along / rng.uniform(0.01, 0.2), -50, 50)))
    strength = 1 - (1 - rng.uniform(0.2, 0.5)) * beyond
    color = np.array(COLORS[rng.integers(len(COLORS))] if rng.random() < 0.5 else (20, 20, 20))
    opacity = (ink * strength)[..., None]
    return _save(rng.integers(240, 256) * (1 - opacity) + color * opacity), digit


def leave_paper_transparent(rng: Rng) -> File:
    """A picture with an alpha channel, dark or light ink on nothing."""
    ink, digit = _place_digit(rng, (0.05, 0.5))
    color = [(0, 0, 0), (255, 255, 255), *COLORS][rng.integers(2 + len(COLORS))]
    pixels = np.zeros((*ink.shape, 4))
    pixels[..., :3] = color
    pixels[..., 3] = 255 * ink
    return _save(pixels), digit


def draw_on_square(rng: Rng) -> File:
    """A light digit on a dark square on a light page, or a dark one on a light square."""
    ink, digit = _place_digit(rng, (0.15, 0.6))
    height, width = ink.shape
    dark, light = rng.integers(0, 60, 3), rng.integers(200, 256, 3)
    page, square, pen = (light, dark, light) if rng.random() < 0.7 else (dark, light, dark)
    left, top, right, bottom = (rng.uniform(0.1, 1.2, 4) * max(ink.shape)).astype(int)
    pixels = np.empty((top + height + bottom, left + width + right, 3))
    pixels[:] = page
    pixels[top : top + height, left : left + width] = square + (pen - square) * ink[..., None]
    return _save(pixels), digit


def plot(rng: Rng) -> File:
    """A figure of a plotting library: axes, ticks with numbers, in some a title."""
    image, digit = _mnist_image(rng)
    values = image if rng.random() < 0.6 else 255 - image
    side = int(rng.integers(150, 420))
    large = cv2.resize(values, (side, side), interpolation=cv2.INTER_NEAREST)
    colored = np.stack([large] * 3, axis=2)
    if rng.random() < 0.35:
        colored = cv2.applyColorMap(large, cv2.COLORMAP_VIRIDIS)[..., ::-1]
    top, left = round(side * 0.25), round(side * 0.3)
    pixels = np.full((side + 2 * top, side + 2 * left, 3), 255, np.uint8)
    pixels[top : top + side, left : left + side] = colored
    cv2.rectangle(pixels, (left, top), (left + side, top + side), (0, 0, 0), 1)
    size = side / 700
    for tick in range(0, 28, 5):
        at = round((tick + 0.5) * side / 28)
        cv2.line(pixels, (left - 4, top + at), (left, top + at), (0, 0, 0))
        cv2.line(pixels, (left + at, top + side), (left + at, top + side + 4), (0, 0, 0))
        for x, y in (
            (left - round(40 * size) - 8, top + at + 4),
            (left + at - 6, top + side + round(30 * size) + 8),
        ):
            cv2.putText(pixels, str(tick), (x, y), FONT, size, (0, 0, 0), 1, cv2.LINE_AA)
    if rng.random() < 0.5:
        title = f"Label: {rng.integers(10)}"
        cv2.putText(pixels, title, (left, top - 10), FONT, 1.5 * size, (0, 0, 0), 1, cv2.LINE_AA)
    return _save(pixels), digit


def add_shapes(rng: Rng) -> File:
    """A dark digit in the middle of a page with small colored shapes near its corners."""
    ink, digit = _place_digit(rng, (0.7, 1.2))
    height, width = ink.shape
    pixels = np.full((height, width, 3), 250, np.uint8)
    reach = 0.13 * min(ink.shape)
    for y, x in ((0.12, 0.12), (0.12, 0.88), (0.88, 0.12), (0.88, 0.88)):
        if rng.random() < 0.35:
            continue
        color, size = COLORS[rng.integers(len(COLORS))], round(rng.uniform(0.3, 0.7) * reach)
        middle = (round(x * width), round(y * height))
        if rng.random() < 0.5:
            cv2.circle(pixels, middle, size, color, -1, cv2.LINE_AA)
        else:
            corner = (middle[0] + 2 * size, middle[1] + size)
            cv2.rectangle(pixels, (middle[0] - size, middle[1] - size), corner, color, -1)
    return _save(pixels * (1 - ink[..., None]) + 30 * ink[..., None]), digit


def photograph_cell(rng: Rng) -> File:
    """A cell that was cut out of a form or a puzzle, with remains of its frame."""
    ink, digit = _place_digit(rng, (0.3, 0.7))
    height, width = ink.shape
    thickness = max(1, round(rng.uniform(0.01, 0.04) * height))
    for side in range(4):
        if rng.random() < 0.6:
            np.rot90(ink, side)[: rng.integers(1, thickness + 1)] = 1
    light = np.linspace(1, rng.uniform(0.75, 1), width)[None, :, None]
    gray = (235 * (1 - ink) + 50 * ink)[..., None] * light
    gray = cv2.GaussianBlur(np.repeat(gray, 3, axis=2), (0, 0), 0.8)
    noisy = gray + rng.normal(0, 3, gray.shape)
    return encode(np.clip(noisy, 0, 255).astype(np.uint8), rng), digit


SCREENS: dict[str, Callable[[Rng], File]] = {
    "28 × 28 pixels, as exported": export_mnist,
    "28 × 28 pixels, enlarged": enlarge_pixels,
    "a drawing reduced to 28 to 64 pixels": shrink_drawing,
    "a drawing program": paint,
    "a drawing to the border": paint_to_the_border,
    "faint ink": draw_faintly,
    "uneven ink": draw_unevenly,
    "transparent paper": leave_paper_transparent,
    "a square on a page": draw_on_square,
    "a plot with axes": plot,
    "colored shapes": add_shapes,
    "a cell of a form": photograph_cell,
}


def _mnist_image(rng: Rng) -> tuple[np.ndarray, int]:
    split = held_out_digits()
    index = rng.integers(len(split.images))
    return np.asarray(split.images[index]), int(split.labels[index])


def _place_digit(rng: Rng, margin: tuple[float, float]) -> tuple[np.ndarray, int]:
    """Draw a digit with margins, as fractions of its longer side; negative ones cut it off."""
    ink, digit = draw_digit(int(np.exp(rng.uniform(np.log(60), np.log(700)))), rng)
    longer = max(ink.shape)
    top, left, bottom, right = np.round(rng.uniform(*margin, 4) * longer).astype(int)
    shape = (ink.shape[0] + top + bottom, max(ink.shape[1] + left + right, longer // 4))
    return place(ink, shape, top, left), digit


def _paint(rng: Rng, margin: tuple[float, float]) -> tuple[np.ndarray, int]:
    """Return a canvas of two colors, (h, w, 3) uint8, and the digit."""
    ink, digit = _place_digit(rng, margin)
    if rng.random() < 0.5:  # a brush without smooth edges
        ink = (ink > 0.5).astype(np.float32)
    dark, light = np.zeros(3), np.full(3, 255)
    if rng.random() < 0.4:
        dark, light = np.array(COLORS[rng.integers(len(COLORS))]) // 2, rng.integers(200, 256, 3)
    paper, pen = (light, dark) if rng.random() < 0.6 else (dark, light)
    return (paper + (pen - paper) * ink[..., None]).astype(np.uint8), digit


def _save(pixels: np.ndarray) -> bytes:
    content = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(content, "PNG")
    return content.getvalue()
