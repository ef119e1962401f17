"""How often a whole number of six digits is read right.

    python -m benchmarks.numbers [--test]

Numbers are composed of handwritten digits, enlarged and smoothed until they look drawn, side by
side on a wide canvas as people write them: gaps of -4 to 12 % of the height between neighbors'
edges, so that many touch or lean over each other, a wandering baseline, uneven sizes, a common
slant. Some 5s and 4s are drawn by two strokes that stand apart. By default the digits are the last
5,000 training images, which the network that parts digits has not seen; --test composes of test
digits instead, for the figure to be reported. Digits are enlarged and slanted here as they are in
that network's training.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.preprocessing.normalization import normalize_ink
from mnist_core.synthesis.digit_strings import enlarge, slant

HELD_OUT = 5_000
HEIGHT = 150
BOLDNESS = 0.4
# Points of strokes in a square of 1, x to the right and y down; strokes that stand apart.
DETACHED = {
    5: [
        [[(0.32, 0.05), (0.28, 0.42)], [(0.28, 0.42), (0.7, 0.45), (0.75, 0.8), (0.2, 0.95)]],
        [[(0.42, 0.02), (0.85, 0.0)]],
    ],
    4: [[[(0.25, 0.05), (0.15, 0.55), (0.62, 0.55)]], [[(0.78, 0.0), (0.72, 1.0)]]],
}


@dataclass(frozen=True, eq=False)
class WrittenNumber:
    """A canvas (h, w) uint8 with white ink on black, and the digits on it."""

    pixels: np.ndarray
    digits: tuple[int, ...]
    singles: np.ndarray


def compose_number(split: Split, rng: np.random.Generator, length: int = 6) -> WrittenNumber:
    """Write random digits of a split side by side.

    `singles` is (length, 28, 28) float32: each digit alone, prepared, for comparison.
    """
    numbers = rng.integers(len(split.images), size=length)
    lean = rng.uniform(-0.15, 0.25)
    pen = int(rng.integers(8, 17))
    inks = []
    for number in numbers:
        digit = int(split.labels[number])
        height = HEIGHT * rng.uniform(0.85, 1.15)
        if digit in DETACHED and rng.random() < 0.3:
            ink = _draw_strokes(digit, height, pen, rng)
        else:
            ink = enlarge(split.images[number], height, BOLDNESS)
        inks.append(slant(ink, lean))
    canvas = np.zeros((2 * HEIGHT, 300 * length), np.float32)
    right = 40
    for place, ink in enumerate(inks):
        height, width = ink.shape
        gap = rng.uniform(-0.04, 0.12) * HEIGHT if place else 0
        left = max(0, round(right + gap))
        top = round(HEIGHT - height / 2 + rng.uniform(-0.06, 0.06) * HEIGHT)
        part = canvas[top : top + height, left : left + width]
        np.maximum(part, ink, out=part)
        right = left + width
    pixels = np.round(canvas[:, : right + 40] * 255).astype(np.uint8)
    singles = np.stack([image for ink in inks if (image := normalize_ink(ink)) is not None])
    return WrittenNumber(pixels, tuple(int(split.labels[n]) for n in numbers), singles)


def _draw_strokes(digit: int, height: float, pen: int, rng: np.random.Generator) -> np.ndarray:
    """Return a digit of several strokes that do not touch, each point shaken a little."""
    canvas = np.zeros((round(2 * height), round(2 * height)), np.uint8)
    for stroke in DETACHED[digit]:
        shift = rng.normal(0, 0.02, 2)
        for line in stroke:
            points = (np.array(line) * (0.75, 1) + shift + 0.3) * height
            cv2.polylines(
                canvas, [np.round(points * 8).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 3
            )
    return canvas.astype(np.float32) / 255


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--test", action="store_true", help="compose of MNIST's test digits")
    parser.add_argument("--numbers", type=int, default=1000, help="how many numbers are read")
    parser.add_argument("--model", help="an .onnx file; the shipped model by default")
    arguments = parser.parse_args()
    mnist = load_mnist()
    split = (
        mnist.test
        if arguments.test
        else Split(mnist.train.images[-HELD_OUT:], mnist.train.labels[-HELD_OUT:])
    )
    classifier = Classifier.load(arguments.model)
    rng = np.random.default_rng(1)
    right = right_length = right_singles = 0
    times = []
    for _ in range(arguments.numbers):
        written = compose_number(split, rng)
        started = time.perf_counter()
        reading = read_number(classifier, written.pixels)
        times.append(time.perf_counter() - started)
        right += reading.text == "".join(map(str, written.digits))
        right_length += len(reading.digits) == len(written.digits)
        answers = classifier.probabilities(written.singles).argmax(axis=1)
        right_singles += int((answers == written.digits).sum())
    singles = right_singles / (6 * arguments.numbers)
    print(f"{classifier.name}, {arguments.numbers:,} numbers of six digits")
    print(f"read wholly right      {right / arguments.numbers:.1%}")
    print(f"parted into six        {right_length / arguments.numbers:.1%}")
    print(f"each digit alone       {singles:.1%}, to the power of six {singles**6:.1%}")
    print(
        f"milliseconds a number  {np.median(times) * 1e3:.0f} (median), "
        f"{np.percentile(times, 95) * 1e3:.0f} (95th percentile)"
    )


if __name__ == "__main__":
    main()
