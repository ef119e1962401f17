"""The accuracy on pictures: exports, drawings, plots, photographs of digits and lines of numbers.

    python -m benchmarks.pictures [--pictures 20] [--model FILE] [FOLDER]

The pictures are simulated with held-out handwriting (`benchmarks.picture_ink`), by
`benchmarks.picture_screen` and `benchmarks.picture_paper`. People's pictures vary more: the results
show which kinds are handled. FOLDER may contain pictures with names such as "kind_7_photo.png",
where 7 is the number in the picture; they are listed one by one.

A picture is correct if all lines are, or all cells of a table; the column "lines" counts them
singly. It is doubted if a digit is doubtful or none is found. The doubts' precision is the fraction
of the doubted pictures that are misread, their recall the fraction of the misread pictures that are
doubted.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.picture_ink import draw_digit, draw_line, place, resize
from benchmarks.picture_paper import CONDITIONS, SHAPE, encode, render, take_photograph
from benchmarks.picture_screen import SCREENS
from benchmarks.report import format_percent, print_table
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.picture_reader import read_picture
from mnist_core.preprocessing.image_file import read_image

Rng = np.random.Generator
File = tuple[bytes, str]
Draw = Callable[[Rng], File]
SEED = 2718
SIZES = (0.25, 0.7)  # of a digit in a photograph, as fractions of its height
CROPPED_SIDES = (28, 160)
CROP_MARGINS = (0.03, 0.2)
LINES, LINE_HEIGHTS, LINE_LENGTHS = (1, 4), (40, 110), (2, 8)
# A sheet of A4 at 8 dots per millimeter, its margin, and the height of digits, in dots.
SHEET, MARGIN, TABLE_HEIGHTS = (2376, 1680), 120, (20, 40)
ROWS, COLUMNS, CELL_LENGTHS = (8, 21), (2, 6), (1, 5)


@dataclass
class Tally:
    """Counts of pictures of one kind.

    Attributes:
        pictures: All.
        correct: Read correctly.
        lines: Lines of digits.
        correct_lines: Those read correctly.
        doubted: Doubted.
        caught: Read incorrectly and doubted.
        milliseconds: The time for each.
    """

    pictures: int = 0
    correct: int = 0
    lines: int = 0
    correct_lines: int = 0
    doubted: int = 0
    caught: int = 0
    milliseconds: float = 0

    def add(self, other: Tally) -> None:
        """Add the counts of another kind."""
        self.pictures += other.pictures
        self.correct += other.correct
        self.lines += other.lines
        self.correct_lines += other.correct_lines
        self.doubted += other.doubted
        self.caught += other.caught
        self.milliseconds += other.milliseconds

    def format(self) -> list[str]:
        """Return the cells of a row."""
        wrong = self.pictures - self.correct
        return [
            f"{self.pictures:,}",
            format_percent(self.correct / self.pictures, decimals=1),
            format_percent(self.correct_lines / self.lines, decimals=1),
            f"{wrong - self.caught}",
            format_percent(self.caught / self.doubted, decimals=0) if self.doubted else "–",
            format_percent(self.caught / wrong, decimals=0) if wrong else "–",
            f"{self.milliseconds / self.pictures:.0f}",
        ]


def draw_on_screen(kind: str, rng: Rng) -> File:
    """Draw one of `SCREENS`."""
    content, digit = SCREENS[kind](rng)
    return content, str(digit)


def photograph_digit(condition: str, rng: Rng) -> File:
    """Photograph a digit under one of `CONDITIONS`."""
    ink, digit = draw_digit(int(rng.uniform(*SIZES) * SHAPE[0]), rng)
    return take_photograph(ink, CONDITIONS[condition], rng), str(digit)


def crop_photograph(rng: Rng) -> File:
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
    return encode(resize(cropped, rng.integers(*CROPPED_SIDES) / max(cropped.shape)), rng), str(
        digit
    )


def photograph_lines(condition: str, rng: Rng) -> File:
    """Photograph one to three lines of numbers under one of `CONDITIONS`."""
    count, height = int(rng.integers(*LINES)), int(rng.uniform(*LINE_HEIGHTS))
    ink, numbers = np.zeros(SHAPE, np.float32), []
    top = int(rng.uniform(50, SHAPE[0] - count * 1.9 * height - 30))
    for _ in range(count):
        while True:
            line, number = draw_line(height, int(rng.integers(*LINE_LENGTHS)), rng)
            if line.shape[1] < SHAPE[1] - 140:
                break
        left = int(rng.uniform(60, SHAPE[1] - 70 - line.shape[1]))
        ink = np.maximum(ink, place(line, SHAPE, top, left))
        numbers.append(number)
        top += int(rng.uniform(1.6, 1.9) * height)
    return encode(render(ink, CONDITIONS[condition], rng), rng), "\n".join(numbers)


def scan_table(rng: Rng) -> File:
    """Scan a sheet with a table of numbers, in digits 2.5 to 5 mm high."""
    height, rows, columns = (int(rng.integers(*each)) for each in (TABLE_HEIGHTS, ROWS, COLUMNS))
    down, across = ((SHEET[i] - 2 * MARGIN) // count for i, count in enumerate((rows, columns)))
    ink = np.zeros(SHEET, np.float32)
    table = []
    for row in range(rows):
        cells = []
        for column in range(columns):
            cell, number = draw_line(height, int(rng.integers(*CELL_LENGTHS)), rng)
            top, left = MARGIN + row * down, MARGIN + column * across
            ink = np.maximum(ink, place(cell, SHEET, top, left))
            cells.append(number)
        table.append("\t".join(cells))
    noise = rng.normal(0, 2, SHEET)
    gray = np.clip(240 - 190 * ink + noise, 0, 255).astype(np.uint8)
    return encode(np.dstack([gray] * 3), rng), "\n".join(table)


def read(content: bytes, text: str, classifier: Classifier) -> Tally:
    """Read one picture."""
    pixels = read_image(content)
    started = time.perf_counter()
    reading = read_picture(pixels, classifier)
    milliseconds = 1000 * (time.perf_counter() - started)
    written, found = Counter(text.split()), Counter(line.text for line in reading.lines)
    is_correct = int(reading.text == text)
    is_doubted = int(not reading.lines or any(any(line.doubts) for line in reading.lines))
    return Tally(
        pictures=1,
        correct=is_correct,
        lines=written.total(),
        correct_lines=(written & found).total(),
        doubted=is_doubted,
        caught=is_doubted * (1 - is_correct),
        milliseconds=milliseconds,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of labeled pictures")
    parser.add_argument("--pictures", type=int, default=20, help="how many of each kind")
    parser.add_argument("--model", metavar="FILE", help="an .onnx file; the shipped one by default")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    classifier = Classifier.load(arguments.model)
    digits: dict[str, Draw] = {name: partial(draw_on_screen, name) for name in SCREENS}
    digits["a photograph cropped to 28 to 160 pixels"] = crop_photograph
    digits |= {f"photograph: {name}": partial(photograph_digit, name) for name in CONDITIONS}
    lines: dict[str, Draw] = {
        f"lines: {name}": partial(photograph_lines, name) for name in CONDITIONS
    }
    tables: dict[str, Draw] = {"a table of small digits on a sheet of A4": scan_table}
    rows = []
    for title, kinds in (("all with one digit", digits), ("all with lines", lines), ("", tables)):
        total = Tally()
        for name, draw in kinds.items():
            rng, tally = np.random.default_rng(SEED), Tally()
            for _ in range(arguments.pictures):
                tally.add(read(*draw(rng), classifier))
            total.add(tally)
            rows.append([name, *tally.format()])
        if title:
            rows.append([title, *total.format()])
    if arguments.folder:
        for path in sorted(arguments.folder.iterdir()):
            if label := re.search(r"_(\d+)(?=[_.])", path.name):
                rows.append([path.name, *read(path.read_bytes(), label[1], classifier).format()])
    headings = ["number", "accuracy", "lines", "wrong, not doubted", "precision", "recall", "ms"]
    print_table([f"pictures, {classifier.name}", *headings], rows)


if __name__ == "__main__":
    main()
