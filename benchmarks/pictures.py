"""The accuracy on pictures of a digit: exports, drawings, plots, photographs.

    python -m benchmarks.pictures [--pictures 40] [--model FILE] [FOLDER]

The pictures are simulated with held-out handwriting (`benchmarks.picture_ink`), by
`benchmarks.picture_screen` and `benchmarks.picture_paper`. People's pictures vary more: the results
show which kinds are handled. FOLDER may contain pictures with names such as "kind_7_photo.png",
where 7 is the digit; they are listed one by one.

A picture is doubted if the out-of-distribution detector rejects it, or if no digit is found. The
doubts' precision is the fraction of the doubted pictures that are misclassified, their recall the
fraction of the misclassified pictures that are doubted.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.picture_ink import draw_digit, place, resize
from benchmarks.picture_paper import CONDITIONS, SHAPE, encode, render, take_photograph
from benchmarks.picture_screen import SCREENS
from benchmarks.report import format_percent, print_table
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.ood import OodDetector
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import prepare_image

Rng = np.random.Generator
SEED = 2718
SIZES = (0.25, 0.7)  # of a digit in a photograph, as fractions of its height
CROPPED_SIDES = (28, 160)
CROP_MARGINS = (0.03, 0.2)


@dataclass
class Tally:
    """Counts of pictures of one kind.

    Attributes:
        pictures: All.
        correct: Read correctly.
        doubted: Doubted.
        caught: Read incorrectly and doubted.
        milliseconds: The time for each.
    """

    pictures: int = 0
    correct: int = 0
    doubted: int = 0
    caught: int = 0
    milliseconds: float = 0

    def add(self, other: Tally) -> None:
        """Add the counts of another kind."""
        self.pictures += other.pictures
        self.correct += other.correct
        self.doubted += other.doubted
        self.caught += other.caught
        self.milliseconds += other.milliseconds

    def format(self) -> list[str]:
        """Return the cells of a row."""
        wrong = self.pictures - self.correct
        return [
            f"{self.pictures:,}",
            format_percent(self.correct / self.pictures, decimals=1),
            f"{wrong - self.caught}",
            format_percent(self.caught / self.doubted, decimals=0) if self.doubted else "–",
            format_percent(self.caught / wrong, decimals=0) if wrong else "–",
            f"{self.milliseconds / self.pictures:.0f}",
        ]


def photograph_digit(condition: str, rng: Rng) -> tuple[bytes, int]:
    """Photograph a digit under one of `CONDITIONS`."""
    ink, digit = draw_digit(int(rng.uniform(*SIZES) * SHAPE[0]), rng)
    return take_photograph(ink, CONDITIONS[condition], rng), digit


def crop_photograph(rng: Rng) -> tuple[bytes, int]:
    """Photograph a digit under any of `CONDITIONS`, crop tightly and reduce it."""
    conditions = list(CONDITIONS.values())[rng.integers(len(CONDITIONS))]
    ink, digit = draw_digit(int(rng.uniform(0.4, 0.7) * SHAPE[0]), rng)
    top, left = (np.array(SHAPE) - ink.shape) // 2
    steady = replace(conditions, desk=False, tilt=2)
    pixels = render(place(ink, SHAPE, top, left), steady, rng)
    margin = int(rng.uniform(*CROP_MARGINS) * max(ink.shape))
    rows = slice(max(0, top - margin), top + ink.shape[0] + margin)
    columns = slice(max(0, left - margin), left + ink.shape[1] + margin)
    cropped = pixels[rows, columns]
    return encode(resize(cropped, rng.integers(*CROPPED_SIDES) / max(cropped.shape)), rng), digit


def read(content: bytes, digit: int, classifier: Classifier, detector: OodDetector) -> Tally:
    """Classify one picture."""
    pixels = read_image(content)
    started = time.perf_counter()
    image = prepare_image(pixels)
    milliseconds = 1000 * (time.perf_counter() - started)
    if image is None:
        return Tally(1, 0, 1, 1, milliseconds)
    is_correct = int(classifier.probabilities(image[None])[0].argmax() == digit)
    is_doubted = int(detector.classify(image) != "digit")
    return Tally(1, is_correct, is_doubted, is_doubted * (1 - is_correct), milliseconds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of labeled pictures")
    parser.add_argument("--pictures", type=int, default=40, help="how many of each kind")
    parser.add_argument("--model", metavar="FILE", help="an .onnx file; the shipped one by default")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    classifier, detector = Classifier.load(arguments.model), OodDetector.load()
    kinds: dict[str, Callable[[Rng], tuple[bytes, int]]] = {
        **SCREENS,
        "a photograph cropped to 28 to 160 pixels": crop_photograph,
    }
    for condition in CONDITIONS:
        kinds[f"photograph: {condition}"] = partial(photograph_digit, condition)
    rows, total = [], Tally()
    for name, draw in kinds.items():
        rng, tally = np.random.default_rng(SEED), Tally()
        for _ in range(arguments.pictures):
            tally.add(read(*draw(rng), classifier, detector))
        total.add(tally)
        rows.append([name, *tally.format()])
    rows.append(["all", *total.format()])
    if arguments.folder:
        for path in sorted(arguments.folder.iterdir()):
            if label := re.search(r"_(\d)(?=[_.])", path.name):
                tally = read(path.read_bytes(), int(label[1]), classifier, detector)
                rows.append([path.name, *tally.format()])
    headings = ["pictures", "number", "accuracy", "wrong, not doubted", "precision", "recall", "ms"]
    print_table([f"{headings[0]}, {classifier.name}", *headings[1:]], rows)


if __name__ == "__main__":
    main()
