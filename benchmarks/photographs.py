"""How well photographs of a digit on paper or on a board are read.

    python -m benchmarks.photographs [MODEL.onnx]

Simulated: strokes in the styles of `benchmarks.simulation`, with a pen or chalk, on a sheet that is
tilted, seen in perspective, lit from one side, shaded, ruled or squared, lying on a desk; out of
focus, noisy, and saved as JPEG. Real paper is richer: the figures say which conditions are
understood, not how many of a person's photographs are.
"""

from __future__ import annotations

import argparse
import io
import time
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from benchmarks.simulation import STYLES, write
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image

Rng = np.random.Generator
PER_STYLE = 10
SEED = 2718
CAMERA = (720, 960)


@dataclass(frozen=True)
class Conditions:
    """What a sheet and the light on it are like."""

    ruled: str = ""
    light: float = 0.1
    shadow: float = 0.0
    desk: bool = False
    board: bool = False
    blur: float = 1.0
    noise: float = 3.0
    tilt: float = 5.0


CONDITIONS = {
    "a scan": Conditions(light=0.03, noise=2, tilt=2),
    "light from one side": Conditions(light=0.6),
    "a shadow": Conditions(light=0.3, shadow=0.45),
    "ruled paper": Conditions(ruled="ruled", light=0.3),
    "squared paper": Conditions(ruled="squared", light=0.3),
    "a sheet on a desk": Conditions(desk=True, light=0.3),
    "out of focus, in the dark": Conditions(light=0.4, blur=4, noise=10),
    "chalk on a board": Conditions(board=True, light=0.4, noise=5),
    "squared sheet, desk, shadow": Conditions(ruled="squared", desk=True, light=0.4, shadow=0.35),
}


def take_photograph(strokes: list[np.ndarray], conditions: Conditions, rng: Rng) -> bytes:
    """Photograph strokes on a sheet or a board: a JPEG file.

    Args:
        strokes: Points (k, 2), as `benchmarks.simulation.write` gives them.
        conditions: Of paper, light and camera.
        rng: Decides the rest.
    """
    scene = _lay_out_surface(conditions, rng)
    ink = _draw(strokes, rng)
    if conditions.board:
        dust = cv2.GaussianBlur(rng.random(CAMERA, np.float32), (0, 0), 1.5)
        ink *= np.clip(3 * dust - 0.7, 0.35, 1)
        color = np.array([225, 225, 215], np.float32)
    else:
        pens = [[25, 25, 30], [20, 40, 130], [60, 60, 65], [150, 30, 35]]
        color = np.array(pens[rng.integers(4)], np.float32)
    scene = scene * (1 - ink[..., None]) + color * ink[..., None]
    scene = _see_from_aside(scene, conditions, rng)
    scene *= _light(conditions, rng)[..., None]
    scene = cv2.GaussianBlur(scene, (0, 0), conditions.blur)
    scene = scene + conditions.noise * rng.standard_normal(scene.shape, np.float32)
    picture = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=int(rng.integers(60, 92)))
    return content.getvalue()


def _lay_out_surface(conditions: Conditions, rng: Rng) -> np.ndarray:
    """Return paper with its lines, or a board, (h, w, 3) float32."""
    grain = cv2.GaussianBlur(rng.standard_normal(CAMERA, np.float32), (0, 0), 2)
    base = [np.array([46, 72, 58]), np.array([40, 42, 46])][rng.integers(2)]
    if not conditions.board:
        base = np.array([238, 236, 228]) - int(rng.integers(0, 25))
    surface = np.repeat(grain[..., None], 3, axis=2) * 4 + base.astype(np.float32)
    if conditions.board:
        coarse = rng.standard_normal((9, 12), np.float32)
        smear = cv2.resize(coarse, CAMERA[::-1], interpolation=cv2.INTER_CUBIC)
        surface = surface + 3 * smear[..., None]
    spacing = int(rng.integers(24, 50) if conditions.ruled == "squared" else rng.integers(45, 80))
    thickness = int(rng.integers(2, 4))
    color = np.array([[150, 170, 205], [165, 165, 170]])[rng.integers(2)]
    lines = np.zeros(CAMERA, bool)
    for offset in range(thickness):
        if conditions.ruled:
            lines[offset::spacing] = True
        if conditions.ruled == "squared":
            lines[:, offset::spacing] = True
    surface[lines] = color
    return surface


def _draw(strokes: list[np.ndarray], rng: Rng) -> np.ndarray:
    """Return the pen's ink, (h, w) float32 in 0..1."""
    height, width = CAMERA
    size = rng.uniform(0.25, 0.7) * height
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = size / float((high - low).max())
    room = np.array([width, height]) - (high - low) * scale
    corner = room * rng.uniform(0.3, 0.7, 2)
    paths = [np.round(((s - low) * scale + corner) * 16).astype(np.int32) for s in strokes]
    ink = np.zeros(CAMERA, np.uint8)
    pen = max(6, round(size * rng.uniform(0.03, 0.12)))
    cv2.polylines(ink, paths, False, 255, pen, cv2.LINE_AA, 4)
    return ink.astype(np.float32) / 255 * rng.uniform(0.8, 1)


def _see_from_aside(scene: np.ndarray, conditions: Conditions, rng: Rng) -> np.ndarray:
    """Turn the sheet and look at it in perspective; with a desk, its edges are seen."""
    height, width = CAMERA
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = np.array([width, height]) / 2
    angle = np.radians(rng.uniform(-conditions.tilt, conditions.tilt))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shrink = rng.uniform(0.72, 0.85) if conditions.desk else 1.12
    seen = (corners - middle) @ turn * shrink + middle
    seen += rng.normal(0, 0.02 * height, (4, 2))
    view = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    desk = np.array([[95, 70, 50], [60, 60, 64], [150, 120, 90]], np.float32)[rng.integers(3)]
    if not conditions.desk:
        return np.asarray(
            cv2.warpPerspective(scene, view, (width, height), borderMode=cv2.BORDER_REPLICATE)
        )
    sheet = cv2.warpPerspective(scene, view, (width, height))
    inside = cv2.warpPerspective(np.ones(CAMERA, np.float32), view, (width, height))[..., None]
    wood = cv2.GaussianBlur(rng.standard_normal(CAMERA, np.float32), (0, 0), sigmaX=20, sigmaY=1.5)
    return np.asarray(sheet + (1 - inside) * (desk + 60 * wood[..., None]))


def _light(conditions: Conditions, rng: Rng) -> np.ndarray:
    """Return how bright each place is lit, (h, w), 1 at most."""
    height, width = CAMERA
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
    return np.broadcast_to(light, CAMERA).astype(np.float32)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", help="an .onnx file; the shipped model by default")
    classifier = Classifier.load(parser.parse_args().model)
    print(f"| {classifier.name} reads photographs of | right | no digit found | milliseconds |")
    print("| --- | --- | --- | --- |")
    for name, conditions in CONDITIONS.items():
        rng = np.random.default_rng(SEED)
        right, missed, times = 0, 0, []
        styles = [style for style in STYLES for _ in range(PER_STYLE)]
        for style in styles:
            digit, ways = STYLES[style]
            content = take_photograph(write(ways, rng), conditions, rng)
            began = time.perf_counter()
            image = prepare_image(read_image(content))
            times.append(1000 * (time.perf_counter() - began))
            if image is None:
                missed += 1
            else:
                right += int(classifier.probabilities(image[None])[0].argmax() == digit)
        count = len(styles)
        print(f"| {name} | {right / count:.1%} | {missed / count:.1%} | {np.median(times):.0f} |")


if __name__ == "__main__":
    main()
