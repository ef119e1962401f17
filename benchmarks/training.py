"""How long training takes, beside the well-known tutorial and beside what the processor can do.

    python -m benchmarks.training [--rounds 5] [--whole]

Everything is measured in turn, round after round, so that a machine that changes its pace changes
it for all; medians are printed. The tutorial trains by plain `model.fit` on arrays, one epoch of
whose ten is measured in shares, or with --whole all ten once. The quick recipe runs as a whole
each round with another seed: from a worker that has loaded TensorFlow and the data to the answers
to the 10,000 test images. Share of the peak: the multiply-adds that a training needs (forward, for
the gradients of the weights, and, but for the first layer, for those of the maps) against what the
machine's matrix product reaches, measured between the trainings. What part of a step is
augmentation is told by the processor's time, since it happens beside the step.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.synthesis.handwriting import VARIANTS, template_digit
from mnist_core.training.architectures import get_network
from mnist_core.training.trainer import Progress, StopTraining, predict, steps_per_epoch, train

QUICK = "swift"
MATRIX_SIDE = 2048
STEPS_SECONDS = 3.0
FIT_STEPS = 200

console = Console(width=110)


@dataclass(frozen=True)
class Pace:
    """What one gradient step takes: time on the clock and of the processor, in seconds."""

    seconds: float
    processor_seconds: float


@dataclass(frozen=True)
class QuickRun:
    """One run of the quick recipe."""

    seconds: float
    processor_seconds: float
    accuracy: float


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--whole", action="store_true", help="all ten epochs of the tutorial")
    options = parser.parse_args()
    data = load_mnist()
    tutorial = replace(get_network("tutorial").defaults, validation_fraction=0)
    compact = replace(get_network("compact").defaults, augmentation=Augmentation())
    augmented = get_network("compact").defaults

    measures: dict[str, Callable[[], Pace]] = {
        "fit": prepare_fit(tutorial, data),
        "tutorial": lambda: measure_step(tutorial, data),
        "compact": lambda: measure_step(compact, data),
        "augmented": lambda: measure_step(augmented, data),
    }
    drawing = draw_styles()
    paces: dict[str, list[Pace]] = defaultdict(list)
    runs, products = [], []
    with console.status("Measuring…") as status:
        for seed in range(options.rounds):
            for name, measure in measures.items():
                status.update(f"Round {seed + 1} of {options.rounds}: {name}")
                paces[name].append(measure())
                products.append(measure_matrix_product())
            status.update(f"Round {seed + 1} of {options.rounds}: {QUICK}")
            runs.append(run_quick(seed, data))
        status.update("All ten epochs of the tutorial")
        whole = fit_whole(tutorial, data) if options.whole else None
    medians = {
        name: Pace(
            float(np.median([pace.seconds for pace in measured])),
            float(np.median([pace.processor_seconds for pace in measured])),
        )
        for name, measured in paces.items()
    }

    console.print(f"{date.today()}, {describe_machine()}; medians of {options.rounds} rounds")
    print_race(tutorial, medians, runs, whole, float(np.median(products)), data)
    print_quick(runs)
    console.print(f"Other writers' digits are drawn once a process, in {drawing:.1f} s.")
    print_steps(medians, {"tutorial": tutorial, "compact": compact, "augmented": augmented})


def prepare_fit(config: TrainingConfig, data: Mnist) -> Callable[[], Pace]:
    """Return what measures a step of plain `model.fit`, after a first one."""
    model, images, labels = compile_plainly(config, data)
    some = slice(FIT_STEPS * config.batch_size)
    arrays: dict[str, Any] = {"batch_size": config.batch_size, "verbose": 0}
    model.fit(images[: config.batch_size], labels[: config.batch_size], **arrays)

    def measure() -> Pace:
        started, spent = time.perf_counter(), time.process_time()
        model.fit(images[some], labels[some], **arrays)
        return Pace(
            (time.perf_counter() - started) / FIT_STEPS,
            (time.process_time() - spent) / FIT_STEPS,
        )

    return measure


def fit_whole(config: TrainingConfig, data: Mnist) -> float:
    """Return the seconds of all epochs of plain `model.fit`."""
    started = time.perf_counter()
    model, images, labels = compile_plainly(config, data)
    model.fit(images, labels, batch_size=config.batch_size, epochs=config.epochs, verbose=0)
    return time.perf_counter() - started


def compile_plainly(config: TrainingConfig, data: Mnist) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return a network and arrays as the tutorial prepares them."""
    import keras

    model = get_network(config.model).build()
    optimizer = keras.optimizers.SGD(config.learning_rate)
    model.compile(optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    images = data.train.images[..., np.newaxis].astype("float32") / 255
    return model, images, keras.utils.to_categorical(data.train.labels, 10)


def draw_styles() -> float:
    """Draw all digits in other writers' styles, which is else done as they are first asked for.

    Returns:
        The seconds of the processor that it took.
    """
    spent = time.process_time()
    for digit in range(10):
        for number in range(VARIANTS):
            template_digit(digit, number)
    return time.process_time() - spent


def measure_step(config: TrainingConfig, data: Mnist) -> Pace:
    """Measure a gradient step of our trainer, once it is at its pace."""
    reports: list[Progress] = []
    spent: list[float] = []

    def watch(progress: Progress) -> None:
        reports.append(progress)
        spent.append(time.process_time())
        if progress.seconds - reports[0].seconds > STEPS_SECONDS and len(reports) > 2:
            raise StopTraining

    train(replace(config, epochs=1, validation_fraction=0), data, watch)
    first, last = reports[0], reports[-1]
    steps = last.step - first.step
    return Pace((last.seconds - first.seconds) / steps, (spent[-1] - spent[0]) / steps)


def run_quick(seed: int, data: Mnist) -> QuickRun:
    """Train the quick recipe and let it answer the test images."""
    started, spent = time.perf_counter(), time.process_time()
    model = train(replace(get_network(QUICK).defaults, seed=seed), data).model
    answers = predict(model, data.test.images).argmax(axis=1)
    return QuickRun(
        time.perf_counter() - started,
        time.process_time() - spent,
        float((answers == data.test.labels).mean()),
    )


def measure_matrix_product() -> float:
    """Return the multiply-adds a second of TensorFlow's product of large matrices.

    In float32 or bfloat16, whichever is quicker here.
    """
    import tensorflow as tf

    medians = []
    for number in (tf.float32, tf.bfloat16):
        matrix = tf.cast(tf.random.normal((MATRIX_SIDE, MATRIX_SIDE)), number)
        times = []
        for _ in range(6):
            started = time.perf_counter()
            tf.matmul(matrix, matrix).numpy()
            times.append(time.perf_counter() - started)
        medians.append(float(np.median(times[1:])))
    return MATRIX_SIDE**3 / min(medians)


def count_multiply_adds(name: str) -> tuple[int, int]:
    """Return the multiply-adds that a network takes for one image, to answer and to learn."""
    # Each weight is used once for every place of the map that it makes.
    counts = [
        math.prod(layer.output.shape[1:-1]) * math.prod(layer.kernel.shape)
        for layer in get_network(name).build().layers
        if hasattr(layer, "kernel")
    ]
    return sum(counts), 3 * sum(counts) - counts[0]


def print_race(
    tutorial: TrainingConfig,
    medians: dict[str, Pace],
    runs: list[QuickRun],
    whole: float | None,
    product: float,
    data: Mnist,
) -> None:
    """Print how long each takes as a whole, and how near the matrix product it comes."""
    images = len(data.train.labels)
    steps = tutorial.epochs * steps_per_epoch(tutorial, images)
    quick = get_network(QUICK).defaults
    quick_steps = quick.epochs * steps_per_epoch(quick, images)
    fit = whole or steps * medians["fit"].seconds
    rows = (
        ("tutorial, ten epochs, model.fit", tutorial, steps, fit),
        (
            "tutorial, ten epochs, this trainer",
            tutorial,
            steps,
            steps * medians["tutorial"].seconds,
        ),
        ("99 % in seconds", quick, quick_steps, float(np.median([r.seconds for r in runs]))),
    )
    table = Table(title=f"Whole trainings, model.fit {'measured' if whole else 'extrapolated'}")
    table.add_column("Training")
    for heading in ("Seconds", "Times as fast", "Multiply-adds", "A second", "Of the peak"):
        table.add_column(heading, justify="right")
    for title, config, count, seconds in rows:
        _, per_image = count_multiply_adds(config.model)
        work = per_image * config.batch_size * count
        table.add_row(
            title,
            f"{seconds:.1f}",
            f"{fit / seconds:.1f}",
            f"{work / 1e9:,.0f} G",
            f"{work / seconds / 1e9:.1f} G",
            f"{100 * work / seconds / product:.0f} %",
        )
    console.print(table)
    console.print(f"The matrix product reaches {product / 1e9:.1f} G multiply-adds/s.")


def print_quick(runs: list[QuickRun]) -> None:
    """Print each run of the quick recipe and their mean."""
    table = Table(title="99 % in seconds: from a ready worker to the answers to the test images")
    for heading in ("Seed", "Seconds", "Processor seconds", "Test accuracy"):
        table.add_column(heading, justify="right")
    for seed, run in enumerate(runs):
        table.add_row(
            str(seed),
            f"{run.seconds:.1f}",
            f"{run.processor_seconds:.1f}",
            f"{100 * run.accuracy:.2f} %",
        )
    table.add_section()
    table.add_row(
        "mean",
        f"{np.mean([run.seconds for run in runs]):.1f}",
        f"{np.mean([run.processor_seconds for run in runs]):.1f}",
        f"{100 * np.mean([run.accuracy for run in runs]):.2f} %",
    )
    console.print(table)


def print_steps(medians: dict[str, Pace], configs: dict[str, TrainingConfig]) -> None:
    """Print what one gradient step costs."""
    table = Table(title="One gradient step")
    for heading in ("Network", "Images", "Milliseconds", "Of the processor", "Beside"):
        table.add_column(heading, justify="right" if heading != "Network" else "left")
    plain, augmented = medians["compact"], medians["augmented"]
    added = 1 - plain.processor_seconds / augmented.processor_seconds
    ratio = medians["fit"].seconds / medians["tutorial"].seconds
    rows = (
        ("tutorial, model.fit", "tutorial", "fit", ""),
        ("tutorial, this trainer", "tutorial", "tutorial", f"{ratio:.2f} times as fast"),
        ("compact", "compact", "compact", ""),
        ("compact, augmented", "augmented", "augmented", f"{100 * added:.0f} % is augmentation"),
    )
    for title, config, figure, comparison in rows:
        table.add_row(
            title,
            str(configs[config].batch_size),
            f"{1000 * medians[figure].seconds:.1f}",
            f"{1000 * medians[figure].processor_seconds:.1f}",
            comparison,
        )
    console.print(table)


def describe_machine() -> str:
    """Return the processor's name and how many cores of it there are."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = (line.partition(":") for line in info.read_text().splitlines())
        name = next((text.strip() for key, _, text in lines if key.startswith("model name")), name)
    return f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
