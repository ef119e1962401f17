"""The accuracy on drawings, and the out-of-distribution detector.

    python -m benchmarks.drawing [MODEL …] [--fashion DIR]

The first table is about classifiers: all networks by name, or the given .onnx files. It contains
their accuracy on MNIST's test images, on people's digits (the half of `synthesis.pen_digits` that
is not used in training) and on simulated drawings (`benchmarks.simulation`) of each style, once
prepared as in the app and once simply shrunk; how often the prediction changes when the same
strokes are drawn at another position, in another size, pen width or color; the calibration error;
and the time for one drawing. Networks that do not come with the app are trained first, with their
default hyperparameters.

The second table shows how many drawings the out-of-distribution detector accepts, and how many it
classifies as multiple digits. DIR may contain Fashion-MNIST in MNIST's file format.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.pen_paths import STYLES
from benchmarks.report import format_percent, print_table
from benchmarks.simulation import (
    Drawing,
    draw_digit,
    draw_letter,
    draw_scribble,
    draw_texture,
    draw_two_digits,
    print_letter,
    put_on_canvas,
    write,
)
from mnist_core.datasets.mnist import Mnist, Split, load_mnist
from mnist_core.evaluation.calibration import expected_calibration_error
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.inference.ood import SEVERAL_DIGITS_FACTOR, OodDetector
from mnist_core.jobs.train_run import execute
from mnist_core.preprocessing.drawing import prepare_drawing, scale_drawing
from mnist_core.runs.store import RunStore
from mnist_core.synthesis.pen_digits import draw_pen_digit, load_pen_digits
from mnist_core.training.architectures import NETWORKS, get_network

DRAWINGS_PER_STYLE = 200
NON_DIGITS_PER_KIND = 1000
VARIANT_PAIRS = 5000
TIMED_DRAWINGS = 300
SEED = 4711
NON_DIGITS: dict[str, Callable[[np.random.Generator], Drawing]] = {
    "letters, drawn": draw_letter,
    "letters, printed": print_letter,
    "scribbles": draw_scribble,
    "patches of gray": draw_texture,
    "two digits": draw_two_digits,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", type=Path, metavar="MODEL", help="an .onnx file")
    parser.add_argument("--fashion", type=Path, metavar="DIR", help="a folder of Fashion-MNIST")
    options = parser.parse_args()
    data = load_mnist()
    if options.models:
        models = {str(path): Classifier.load(path) for path in options.models}
    else:
        models = {name: _load_network(name, data) for name in NETWORKS}

    rng = np.random.default_rng(SEED)
    drawings = {
        style: [draw_digit(style, rng) for _ in range(DRAWINGS_PER_STYLE)] for style in STYLES
    }
    variants = [_draw_variants(rng) for _ in range(VARIANT_PAIRS)]
    people = _draw_pen_digits()
    columns = [
        _evaluate_classifier(classifier, data, people, drawings, variants)
        for classifier in models.values()
    ]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    print_table(["model", *models], rows)
    print()
    print_table(
        ["out-of-distribution detector", "accepts", "classified as multiple digits"],
        _evaluate_detector(data, people, drawings, options.fashion),
    )


def _load_network(name: str, data: Mnist) -> Classifier:
    """Load a network that comes with the app, or train one with its default hyperparameters."""
    shipped = PRETRAINED / f"{name}.onnx"
    if shipped.exists():
        return Classifier.load(shipped)
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(get_network(name).defaults)
        execute(run, data)
        return Classifier.load(run.model_path)


def _evaluate_classifier(
    classifier: Classifier,
    data: Mnist,
    people: Split,
    drawings: dict[str, list[Drawing]],
    variants: list[tuple[np.ndarray, np.ndarray]],
) -> dict[str, str]:
    """Return a classifier's column of the table, by the name of the row."""
    test = classifier.probabilities(data.test.images)
    rows = {
        "parameters": f"{classifier.parameters:,}",
        "MNIST test": format_percent((test.argmax(axis=1) == data.test.labels).mean()),
        "calibration error": format_percent(expected_calibration_error(test, data.test.labels)),
    }
    correct = classifier.probabilities(people.images).argmax(axis=1) == people.labels
    rows["people's digits"] = format_percent(correct.mean())
    for digit in np.unique(people.labels):
        rows[f"people's {digit}s"] = format_percent(correct[people.labels == digit].mean())
    all_drawings = [drawing for group in drawings.values() for drawing in group]
    prepared = _accuracy(classifier, all_drawings, prepare_drawing)
    rows["drawings, prepared"] = format_percent(prepared)
    shrunk = _accuracy(classifier, all_drawings, scale_drawing)
    rows["drawings, canvas simply shrunk"] = format_percent(shrunk)
    for style, group in drawings.items():
        rows[style] = format_percent(_accuracy(classifier, group, prepare_drawing))
    first, second = (
        classifier.probabilities(np.stack([_prepare(pixels) for pixels in half])).argmax(axis=1)
        for half in zip(*variants, strict=True)
    )
    changed = format_percent((first != second).mean())
    rows["prediction changes with position, size, pen width or color"] = changed
    rows["milliseconds per drawing"] = f"{_time_drawing(classifier, all_drawings):.2f}"
    return rows


def _draw_variants(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the same strokes twice, at different positions, in different sizes, widths, colors."""
    strokes = write(STYLES[list(STYLES)[rng.integers(len(STYLES))]][1], rng)
    return put_on_canvas(strokes, rng), put_on_canvas(strokes, rng)


def _draw_pen_digits() -> Split:
    """Draw the half of the people's digits that is not used in training."""
    _, held_out = load_pen_digits()
    rng = np.random.default_rng(SEED)
    pairs = zip(held_out.trajectories, held_out.labels, strict=True)
    images = np.stack([draw_pen_digit(trajectory, digit, rng) for trajectory, digit in pairs])
    return Split(images, held_out.labels)


def _accuracy(
    classifier: Classifier,
    drawings: list[Drawing],
    prepare: Callable[[np.ndarray], np.ndarray | None],
) -> float:
    """Return the accuracy on drawings that are preprocessed by `prepare`."""
    images = np.stack([_or_blank(prepare(drawing.pixels)) for drawing in drawings])
    digits = np.array([drawing.digit for drawing in drawings])
    return float((classifier.probabilities(images).argmax(axis=1) == digits).mean())


def _prepare(pixels: np.ndarray) -> np.ndarray:
    return _or_blank(prepare_drawing(pixels))


def _or_blank(image: np.ndarray | None) -> np.ndarray:
    return np.zeros((28, 28), np.float32) if image is None else image


def _time_drawing(classifier: Classifier, drawings: list[Drawing]) -> float:
    """Return the median time for preparing and classifying a canvas, in milliseconds."""
    times = []
    for drawing in drawings[:: max(1, len(drawings) // TIMED_DRAWINGS)]:
        started = time.perf_counter()
        classifier.probabilities(_prepare(drawing.pixels)[None])
        times.append(1000 * (time.perf_counter() - started))
    return float(np.median(times))


def _evaluate_detector(
    data: Mnist,
    people: Split,
    drawings: dict[str, list[Drawing]],
    fashion: Path | None,
) -> list[list[str]]:
    """Return rows: kind of images, fraction accepted, fraction rejected as multiple digits."""
    detector = OodDetector.load()
    rng = np.random.default_rng(SEED + 1)
    images_by_kind = {
        "MNIST test": data.test.images,
        "people's digits": people.images,
        "drawn digits": np.stack(
            [_prepare(drawing.pixels) for group in drawings.values() for drawing in group]
        ),
    }
    for name, draw in NON_DIGITS.items():
        pixels = [draw(rng).pixels for _ in range(NON_DIGITS_PER_KIND)]
        images_by_kind[name] = np.stack([_prepare(canvas) for canvas in pixels])
    if fashion:
        images_by_kind["Fashion-MNIST test"] = load_mnist(fashion).test.images
    rows = []
    for name, images in images_by_kind.items():
        digit, not_a_digit, multiple_digits = detector.probabilities(images).T
        accepted = digit >= detector.threshold
        multiple = ~accepted & (SEVERAL_DIGITS_FACTOR * multiple_digits > not_a_digit)
        rows.append([name, format_percent(accepted.mean()), format_percent(multiple.mean())])
    return rows


if __name__ == "__main__":
    main()
