"""How well drawings are read, and what is no digit refused.

    python -m benchmarks.drawing [MODEL …] [--fashion DIR]

Prints, for each network of the registry or for the .onnx files given: accuracy on MNIST's test
images, on digits that people wrote with a stylus (the half of `synthesis.pen_digits` that is held
out), and on simulated drawings (`benchmarks.simulation`), style by style, with the app's
preparation and with the canvas merely scaled; how often an answer changes when the same strokes are
drawn elsewhere, in another size, width or color; the calibration error; the time for one drawing.
Then what the detector accepts and refuses. Networks that do not come with the app are trained
first, by
their own settings. DIR may hold Fashion-MNIST in MNIST's file format.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.simulation import (
    STYLES,
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
from mnist_core.inference.ood import OodDetector
from mnist_core.jobs.train_run import execute
from mnist_core.preprocessing.drawing import prepare_drawing, scale_drawing
from mnist_core.runs.store import RunStore
from mnist_core.synthesis.pen_digits import draw_pen_digit, load_pen_digits
from mnist_core.training.architectures import NETWORKS, get_network

PER_STYLE = 200
OTHERS = 1000
VARIANTS = 5000
SEED = 4711
OTHER_DRAWINGS: dict[str, Callable[[np.random.Generator], Drawing]] = {
    "letters, drawn": draw_letter,
    "letters, printed": print_letter,
    "scribbles": draw_scribble,
    "patches of gray": draw_texture,
    "two digits": draw_two_digits,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--fashion", type=Path)
    options = parser.parse_args()
    data = load_mnist()
    if options.models:
        models = {str(path): Classifier.load(path) for path in options.models}
    else:
        models = {name: _load_network(name, data) for name in NETWORKS}

    rng = np.random.default_rng(SEED)
    drawings = {style: [draw_digit(style, rng) for _ in range(PER_STYLE)] for style in STYLES}
    variants = [_draw_variants(rng) for _ in range(VARIANTS)]
    people = _draw_people()
    columns = [
        _measure(classifier, data, people, drawings, variants) for classifier in models.values()
    ]
    _print_table(["model", *models], _rows(columns))
    print()
    _print_table(
        ["the detector", "accepts", "says “several digits”"],
        _judge(data, people, drawings, options),
    )


def _load_network(name: str, data: Mnist) -> Classifier:
    """Return a network as it comes with the app, or else as its own settings train it."""
    shipped = PRETRAINED / f"{name}.onnx"
    if shipped.exists():
        return Classifier.load(shipped)
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(get_network(name).defaults)
        execute(run, data)
        return Classifier.load(run.model_path)


def _measure(
    classifier: Classifier,
    data: Mnist,
    people: Split,
    drawings: dict[str, list[Drawing]],
    variants: list[tuple[np.ndarray, np.ndarray]],
) -> dict[str, str]:
    """Return what is to be said of a model, by row."""
    test = classifier.probabilities(data.test.images)
    rows = {
        "parameters": f"{classifier.parameters:,}",
        "MNIST test": _percent((test.argmax(axis=1) == data.test.labels).mean()),
        "calibration error": _percent(expected_calibration_error(test, data.test.labels)),
    }
    right = classifier.probabilities(people.images).argmax(axis=1) == people.labels
    rows["people's digits"] = _percent(right.mean())
    for digit in np.unique(people.labels):
        rows[f"people's {digit}s"] = _percent(right[people.labels == digit].mean())
    everything = [drawing for some in drawings.values() for drawing in some]
    rows["drawings, prepared"] = _percent(_accuracy(classifier, everything, prepare_drawing))
    rows["drawings, merely scaled"] = _percent(_accuracy(classifier, everything, scale_drawing))
    for style, some in drawings.items():
        rows[style] = _percent(_accuracy(classifier, some, prepare_drawing))
    first, second = (
        classifier.probabilities(np.stack([_prepare(pixels) for pixels in side])).argmax(axis=1)
        for side in zip(*variants, strict=True)
    )
    rows["answer changed by place, size, pen, color"] = _percent((first != second).mean())
    rows["milliseconds a drawing"] = f"{_time_drawing(classifier, everything):.2f}"
    return rows


def _draw_variants(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the same strokes twice, differing in all that does not make the digit."""
    strokes = write(STYLES[list(STYLES)[rng.integers(len(STYLES))]][1], rng)
    return put_on_canvas(strokes, rng), put_on_canvas(strokes, rng)


def _draw_people() -> Split:
    """Draw the digits of people that training has not seen."""
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
    images = np.stack([_or_blank(prepare(drawing.pixels)) for drawing in drawings])
    digits = np.array([drawing.digit for drawing in drawings])
    return float((classifier.probabilities(images).argmax(axis=1) == digits).mean())


def _prepare(pixels: np.ndarray) -> np.ndarray:
    return _or_blank(prepare_drawing(pixels))


def _or_blank(image: np.ndarray | None) -> np.ndarray:
    return np.zeros((28, 28), np.float32) if image is None else image


def _time_drawing(classifier: Classifier, drawings: list[Drawing]) -> float:
    """Return the median time from canvas to answer, in milliseconds."""
    times = []
    for drawing in drawings[:: max(1, len(drawings) // 300)]:
        began = time.perf_counter()
        classifier.probabilities(_prepare(drawing.pixels)[None])
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times))


def _judge(
    data: Mnist,
    people: Split,
    drawings: dict[str, list[Drawing]],
    options: argparse.Namespace,
) -> list[list[str]]:
    """Return rows of what was shown to the detector and the shares that it takes for what."""
    detector = OodDetector.load()
    rng = np.random.default_rng(SEED + 1)
    everything = [drawing for some in drawings.values() for drawing in some]
    shown = {
        "MNIST test": data.test.images,
        "people's digits": people.images,
        "drawn digits": np.stack([_prepare(drawing.pixels) for drawing in everything]),
    }
    for name, draw in OTHER_DRAWINGS.items():
        shown[name] = np.stack([_prepare(draw(rng).pixels) for _ in range(OTHERS)])
    if options.fashion:
        shown["Fashion-MNIST test"] = load_mnist(options.fashion).test.images
    rows = []
    for name, images in shown.items():
        digit, nothing, several = detector.probabilities(images).T
        accepted = digit >= detector.threshold
        named = ~accepted & (several > nothing)
        rows.append([name, _percent(accepted.mean()), _percent(named.mean())])
    return rows


def _rows(columns: list[dict[str, str]]) -> list[list[str]]:
    return [[row, *(column[row] for column in columns)] for row in columns[0]]


def _percent(share: float) -> str:
    return f"{share:.2%}"


def _print_table(header: list[str], rows: list[list[str]]) -> None:
    """Print a table in Markdown."""
    print(f"| {' | '.join(header)} |")
    print(f"|{' --- |' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
