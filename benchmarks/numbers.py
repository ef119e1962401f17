"""The accuracy of reading numbers of six digits.

    python -m benchmarks.numbers [--test] [--numbers 1000] [--model FILE]

Numbers are drawn from handwritten digits, enlarged and smoothed to look like strokes, side by side
on a wide canvas: with gaps of -4 to 12 % of the height, so that many digits touch or overlap, an
uneven baseline, different sizes and a common slant. Some 5s and 4s are drawn in two strokes that do
not touch. By default the digits are the last 5,000 training images, which the digit segmenter was
not trained on; --test uses test images instead, for the documented figures. Digits are enlarged and
slanted as in the training of the digit segmenter, which composes its numbers by
`synthesis.digit_strings`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.report import format_delays, format_percent, print_values
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.preprocessing.centering import normalize_ink
from mnist_core.synthesis.digit_strings import enlarge, slant

HELD_OUT = 5_000
LENGTH = 6
HEIGHT = 150
EDGE = 0.4  # the gray value that becomes a stroke's edge
# Digits in strokes that do not touch: lines of points (x, y) in 0..1, x to the right and y down.
DETACHED = {
    5: [
        [[(0.32, 0.05), (0.28, 0.42)], [(0.28, 0.42), (0.7, 0.45), (0.75, 0.8), (0.2, 0.95)]],
        [[(0.42, 0.02), (0.85, 0.0)]],
    ],
    4: [[[(0.25, 0.05), (0.15, 0.55), (0.62, 0.55)]], [[(0.78, 0.0), (0.72, 1.0)]]],
}


@dataclass(frozen=True, eq=False)
class DrawnNumber:
    """A number on a canvas.

    Attributes:
        pixels: (h, w) uint8, white ink on black.
        digits: The digits from left to right.
        singles: (n, 28, 28) float32 in 0..1: each digit alone, preprocessed for the classifier.
    """

    pixels: np.ndarray
    digits: tuple[int, ...]
    singles: np.ndarray


def draw_number(split: Split, rng: np.random.Generator, length: int = LENGTH) -> DrawnNumber:
    """Draw random digits of a split side by side."""
    indices = rng.integers(len(split.images), size=length)
    lean = rng.uniform(-0.15, 0.25)
    pen = int(rng.integers(8, 17))
    inks = []
    for index in indices:
        digit = int(split.labels[index])
        height = HEIGHT * rng.uniform(0.85, 1.15)
        if digit in DETACHED and rng.random() < 0.3:
            ink = _draw_strokes(digit, height, pen, rng)
        else:
            ink = enlarge(split.images[index], height, EDGE)
        inks.append(slant(ink, lean))
    canvas = np.zeros((2 * HEIGHT, 300 * length), np.float32)
    right = 40
    for position, ink in enumerate(inks):
        height, width = ink.shape
        gap = rng.uniform(-0.04, 0.12) * HEIGHT if position else 0
        left = max(0, round(right + gap))
        top = round(HEIGHT - height / 2 + rng.uniform(-0.06, 0.06) * HEIGHT)
        part = canvas[top : top + height, left : left + width]
        np.maximum(part, ink, out=part)
        right = left + width
    pixels = np.round(canvas[:, : right + 40] * 255).astype(np.uint8)
    singles = np.stack([image for ink in inks if (image := normalize_ink(ink)) is not None])
    return DrawnNumber(pixels, tuple(int(split.labels[index]) for index in indices), singles)


def _draw_strokes(digit: int, height: float, pen: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a digit of several strokes that do not touch, each shifted a little at random.

    Returns:
        (h, w) float32 in 0..1.
    """
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
    """Read the numbers and print the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", action="store_true", help="use MNIST's test images")
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
    correct = correct_length = correct_singles = 0
    times = []
    for _ in range(arguments.numbers):
        number = draw_number(split, rng)
        started = time.perf_counter()
        reading = read_number(classifier, number.pixels)
        times.append(1000 * (time.perf_counter() - started))
        correct += reading.text == "".join(map(str, number.digits))
        correct_length += len(reading.digits) == len(number.digits)
        predictions = classifier.probabilities(number.singles).argmax(axis=1)
        correct_singles += int((predictions == number.digits).sum())
    accuracy = correct_singles / (LENGTH * arguments.numbers)
    print(f"{classifier.name}, {arguments.numbers:,} numbers of {LENGTH} digits")
    print_values(
        {
            "all digits correct": format_percent(correct / arguments.numbers, decimals=1),
            f"split into {LENGTH} digits": format_percent(
                correct_length / arguments.numbers, decimals=1
            ),
            "single digits correct": format_percent(accuracy, decimals=1),
            f"the same to the power of {LENGTH}": format_percent(accuracy**LENGTH, decimals=1),
            "time per number": format_delays(times),
        }
    )


if __name__ == "__main__":
    main()
