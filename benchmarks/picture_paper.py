"""Simulated photographs of writing on paper or on a board.

The sheet is plain, ruled or squared, rotated, seen in perspective, lit from one side, in a shadow,
or on a desk; the photograph is out of focus, noisy, darker in its corners, and saved as JPEG. Real
photographs vary more: results on these show which conditions are handled.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from benchmarks.picture_ink import place

Rng = np.random.Generator
SHAPE = (720, 960)  # of a photograph: height, width


@dataclass(frozen=True)
class Conditions:
    """The surface, the pen, the light and the camera of a photograph.

    Attributes:
        ruled: "ruled" or "squared"; empty for plain paper.
        light: Decrease of the light from one side to the other, in 0..1.
        shadow: Darkness of a shadow, in 0..1.
        vignette: Decrease of the light from the middle to the corners, in 0..1.
        desk: Whether the edges of the sheet and a desk are visible.
        board: Whether the writing is on a board, with chalk.
        pencil: Whether it is written with a pencil, pale and grainy.
        blur: Standard deviation of the blur, in pixels.
        noise: Standard deviation of the noise, in gray values of 0..255.
        tilt: Largest rotation either way, in degrees.
    """

    ruled: str = ""
    light: float = 0.1
    shadow: float = 0.0
    vignette: float = 0.0
    desk: bool = False
    board: bool = False
    pencil: bool = False
    blur: float = 1.0
    noise: float = 3.0
    tilt: float = 5.0


CONDITIONS = {
    "a scan": Conditions(light=0.03, noise=2, tilt=2),
    "light from one side": Conditions(light=0.6),
    "a shadow": Conditions(light=0.3, shadow=0.45),
    "dark corners": Conditions(vignette=0.6, noise=5),
    "ruled paper": Conditions(ruled="ruled", light=0.3),
    "squared paper": Conditions(ruled="squared", light=0.3),
    "pencil": Conditions(pencil=True, light=0.3, noise=4),
    "pencil on squared paper": Conditions(pencil=True, ruled="squared", light=0.3),
    "a sheet on a desk": Conditions(desk=True, light=0.3),
    "out of focus, in the dark": Conditions(light=0.4, blur=4, noise=10),
    "chalk on a board": Conditions(board=True, light=0.4, noise=5),
    "squared sheet, desk, shadow": Conditions(ruled="squared", desk=True, light=0.4, shadow=0.35),
}


def take_photograph(ink: np.ndarray, conditions: Conditions, rng: Rng) -> bytes:
    """Simulate a photograph of writing near the middle of a sheet or a board.

    Args:
        ink: (h, w) float32 in 0..1, at most as large as `SHAPE`.
        conditions: Of surface, pen, light and camera.
        rng: Draws everything else.

    Returns:
        A JPEG file.
    """
    room = np.array(SHAPE) - ink.shape
    top, left = np.maximum(0, room * rng.uniform(0.3, 0.7, 2)).astype(int)
    return encode(render(place(ink, SHAPE, top, left), conditions, rng), rng)


def render(ink: np.ndarray, conditions: Conditions, rng: Rng) -> np.ndarray:
    """Return a photograph of a sheet with ink, (h, w, 3) uint8.

    Args:
        ink: `SHAPE` float32 in 0..1.
        conditions: Of surface, pen, light and camera.
        rng: Draws everything else.
    """
    scene = _draw_surface(conditions, rng)
    ink = ink * rng.uniform(0.8, 1)
    if conditions.board or conditions.pencil:
        dust = cv2.GaussianBlur(rng.random(SHAPE, np.float32), (0, 0), 1.5)
        ink = ink * np.clip(3 * dust - 0.7, 0.35, 1)
    if conditions.board:
        color = np.array([225, 225, 215], np.float32)
    elif conditions.pencil:
        color = np.full(3, rng.uniform(80, 125), np.float32)
    else:
        pens = [[25, 25, 30], [20, 40, 130], [60, 60, 65], [150, 30, 35]]
        color = np.array(pens[rng.integers(4)], np.float32)
    scene = scene * (1 - ink[..., None]) + color * ink[..., None]
    scene = _warp_perspective(scene, conditions, rng)
    scene *= _make_light(conditions, rng)[..., None]
    scene = cv2.GaussianBlur(scene, (0, 0), conditions.blur)
    scene = scene + conditions.noise * rng.standard_normal(scene.shape, np.float32)
    return np.clip(scene, 0, 255).astype(np.uint8)


def encode(pixels: np.ndarray, rng: Rng) -> bytes:
    """Save as JPEG in a random quality."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=int(rng.integers(60, 92)))
    return content.getvalue()


def _draw_surface(conditions: Conditions, rng: Rng) -> np.ndarray:
    """Return paper, perhaps with lines, or a board: (h, w, 3) float32 in 0..255."""
    grain = cv2.GaussianBlur(rng.standard_normal(SHAPE, np.float32), (0, 0), 2)
    base = [np.array([46, 72, 58]), np.array([40, 42, 46])][rng.integers(2)]
    if not conditions.board:
        base = np.array([238, 236, 228]) - int(rng.integers(0, 25))
    surface = np.repeat(grain[..., None], 3, axis=2) * 4 + base.astype(np.float32)
    if conditions.board:
        coarse = rng.standard_normal((9, 12), np.float32)
        smear = cv2.resize(coarse, SHAPE[::-1], interpolation=cv2.INTER_CUBIC)
        surface = surface + 3 * smear[..., None]
    spacing = int(rng.integers(24, 50) if conditions.ruled == "squared" else rng.integers(45, 80))
    thickness = int(rng.integers(2, 4))
    color = np.array([[150, 170, 205], [165, 165, 170]])[rng.integers(2)]
    lines = np.zeros(SHAPE, bool)
    for offset in range(thickness):
        if conditions.ruled:
            lines[offset::spacing] = True
        if conditions.ruled == "squared":
            lines[:, offset::spacing] = True
    surface[lines] = color
    return surface


def _warp_perspective(scene: np.ndarray, conditions: Conditions, rng: Rng) -> np.ndarray:
    """Rotate the sheet and show it in perspective; on a desk, its edges are visible."""
    height, width = SHAPE
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = np.array([width, height]) / 2
    angle = np.radians(rng.uniform(-conditions.tilt, conditions.tilt))
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    scale = rng.uniform(0.72, 0.85) if conditions.desk else 1.12
    targets = (corners - middle) @ rotation * scale + middle
    targets += rng.normal(0, 0.02 * height, (4, 2))
    view = cv2.getPerspectiveTransform(corners, targets.astype(np.float32))
    desk = np.array([[95, 70, 50], [60, 60, 64], [150, 120, 90]], np.float32)[rng.integers(3)]
    if not conditions.desk:
        return np.asarray(
            cv2.warpPerspective(scene, view, (width, height), borderMode=cv2.BORDER_REPLICATE)
        )
    sheet = cv2.warpPerspective(scene, view, (width, height))
    inside = cv2.warpPerspective(np.ones(SHAPE, np.float32), view, (width, height))[..., None]
    wood = cv2.GaussianBlur(rng.standard_normal(SHAPE, np.float32), (0, 0), sigmaX=20, sigmaY=1.5)
    return np.asarray(sheet + (1 - inside) * (desk + 60 * wood[..., None]))


def _make_light(conditions: Conditions, rng: Rng) -> np.ndarray:
    """Return the brightness of the light at each pixel, (h, w) float32, 1 at most."""
    height, width = SHAPE
    y, x = np.ogrid[:height, :width]
    y, x = y.astype(np.float32), x.astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    light = 1 - conditions.light * (along + 0.7) / 1.4
    if conditions.shadow:
        point = np.array([width, height]) * rng.uniform(0.25, 0.75, 2)
        normal = rng.uniform(0, 2 * np.pi)
        beyond = (x - point[0]) * np.cos(normal) + (y - point[1]) * np.sin(normal)
        softness = rng.uniform(4, 60)
        light *= 1 - conditions.shadow / (1 + np.exp(np.clip(-beyond / softness, -50, 50)))
    if conditions.vignette:
        radius = np.hypot(x / width - 0.5, y / height - 0.5) / np.sqrt(0.5)
        light = light * (1 - conditions.vignette * radius**2)
    return np.broadcast_to(light, SHAPE).astype(np.float32)
