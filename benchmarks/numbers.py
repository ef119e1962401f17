"""The accuracy of reading numbers, and how doubt follows errors.

    python -m benchmarks.numbers [--test] [--numbers 200] [--model FILE]

Numbers of two to ten digits are composed by `synthesis.digit_strings`, each in one hand, with five
spacings from wide to overlapping, and of two kinds of digits: images of MNIST, and strokes, which
are read with and without the pen's strokes. Six digits at the natural spacing are measured on their
own. The images are the last 2,500 training images by default, on which no network was trained and
no weight was fitted; --test uses test images instead, for the documented figures. Half of the
strokes are people's pen trajectories that are not used in training, the other half follows the
paths of `benchmarks.pen_paths`. In one number in seven, bars are added after the last digit.

A number is doubted if one of its digits is doubtful.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.pen_paths import STYLES
from benchmarks.report import format_delays, format_percent, print_table
from benchmarks.simulation import write
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.inference.number_reading import NumberReading
from mnist_core.synthesis.digit_sources import images_of, strokes_of
from mnist_core.synthesis.digit_strings import SPACINGS, ComposedNumber, compose_number
from mnist_core.synthesis.pen_digits import load_pen_digits, write_pen_digit
from mnist_core.synthesis.strokes import Stroke

Rng = np.random.Generator

HELD_OUT = 2_500
LENGTHS = range(2, 11)
HEIGHTS = (100, 200)
SEED = 5


@dataclass(frozen=True, eq=False)
class Result:
    """A number that was read.

    Attributes:
        number: The number.
        reading: What was read.
        milliseconds: How long it took.
    """

    number: ComposedNumber
    reading: NumberReading
    milliseconds: float

    @property
    def is_correct(self) -> bool:
        """Whether all digits were read correctly."""
        return self.reading.text == self.number.text


def write_held_out_digit(rng: Rng) -> tuple[int, list[Stroke]]:
    """Return a digit and its strokes: a person's that is not used in training, or simulated."""
    if rng.random() < 0.5:
        _, held_out = load_pen_digits()
        index = int(rng.integers(len(held_out.labels)))
        digit = int(held_out.labels[index])
        return digit, [write_pen_digit(held_out.trajectories[index], digit, 0, rng)]
    digit, paths = STYLES[list(STYLES)[rng.integers(len(STYLES))]]
    strokes = write(paths, rng)
    points = np.concatenate(strokes)
    height = max(float(np.ptp(points[:, 1])), 0.3)
    return digit, [(stroke - points.min(axis=0)) / height for stroke in strokes]


def get_held_out() -> Split:
    """Return the training images on which nothing was trained or fitted."""
    train = load_mnist().train
    return Split(train.images[-HELD_OUT:], train.labels[-HELD_OUT:])


def compose_sets(
    split: Split, count: int, lengths: Sequence[int] = LENGTHS
) -> Iterator[tuple[str, str, list[ComposedNumber]]]:
    """Return the kind of digits, the spacing and the numbers of each set."""
    sources = {"images": images_of(split), "strokes": strokes_of(write_held_out_digit)}
    for kind, source in sources.items():
        for position, (name, spacing) in enumerate(SPACINGS.items()):
            rng = np.random.default_rng((SEED, position))
            yield (
                kind,
                name,
                [
                    compose_number(source, spacing, int(rng.choice(lengths)), rng, HEIGHTS)
                    for _ in range(count)
                ],
            )


def read(
    classifier: Classifier, numbers: list[ComposedNumber], *, use_strokes: bool
) -> list[Result]:
    """Read numbers, with or without the strokes of the pen."""
    results = []
    for number in numbers:
        started = time.perf_counter()
        reading = read_number(classifier, number.ink, number.strokes if use_strokes else None)
        results.append(Result(number, reading, 1000 * (time.perf_counter() - started)))
    return results


def main() -> None:
    """Read the numbers and print the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--test", action="store_true", help="use MNIST's test images")
    parser.add_argument("--numbers", type=int, default=200, help="how many numbers per set")
    parser.add_argument("--model", help="an .onnx file; the shipped model by default")
    arguments = parser.parse_args()
    split = load_mnist().test if arguments.test else get_held_out()
    classifier = Classifier.load(arguments.model)
    rows: list[list[str]] = []
    all_results: list[Result] = []
    for lengths in (LENGTHS, (6,)):
        for kind, name, numbers in compose_sets(split, arguments.numbers, lengths):
            if lengths != LENGTHS and name != "natural":
                continue
            for use_strokes in (False, True) if kind == "strokes" else (False,):
                results = read(classifier, numbers, use_strokes=use_strokes)
                title = f"{kind}, {name}" if lengths == LENGTHS else f"{kind}, {name}, six digits"
                rows.append([title, "strokes" if use_strokes else "pixels", *_summarize(results)])
                all_results += results
    rows.append(["all", "", *_summarize(all_results)])
    headings = ["numbers", "read from", "all digits right", "right, doubted", "wrong, not doubted"]
    print_table(headings, rows)
    print(f"time per number: {format_delays([result.milliseconds for result in all_results])}")


def _summarize(results: list[Result]) -> list[str]:
    right = [result.reading.doubtful_digits > 0 for result in results if result.is_correct]
    wrong = [result.reading.doubtful_digits == 0 for result in results if not result.is_correct]
    return [
        format_percent(len(right) / len(results), decimals=1),
        f"{sum(right)} of {len(right)}",
        f"{sum(wrong)} of {len(wrong)}",
    ]


if __name__ == "__main__":
    main()
