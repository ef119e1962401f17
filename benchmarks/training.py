"""The speed of training, compared with the Keras tutorial and with the processor's peak.

    python -m benchmarks.training [--rounds 5] [--whole]

All rows are measured one after another in each round, so that a change in the machine's speed
affects all of them; medians are printed. The tutorial trains by plain `model.fit` on arrays: 200
steps are measured per round and extrapolated to ten epochs, or with --whole all ten are trained
once. The quick recipe runs completely in each round, each time with another seed: from a process
that has loaded TensorFlow and the data to the predictions for the 10,000 test images. The last
column of the first table compares the multiply-adds of a training (the forward pass, the gradients
of the weights, and, except for the first layer, those of the inputs) with TensorFlow's matrix
product, measured between the trainings. Augmentation runs beside the steps, so its cost is given
in processor time too.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.report import describe_machine, format_percent, print_table
from benchmarks.training_measurements import (
    FIT_STEPS,
    QUICK,
    QuickRun,
    StepTime,
    count_training_multiply_adds,
    measure_matrix_product,
    measure_step,
    prepare_fit,
    render_templates,
    run_quick,
    time_whole_fit,
)
from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.training.architectures import get_network
from mnist_core.training.trainer import steps_per_epoch


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="number of measurements of each row")
    parser.add_argument(
        "--whole", action="store_true", help="train all ten epochs of the tutorial by model.fit"
    )
    options = parser.parse_args()
    data = load_mnist()
    tutorial = replace(get_network("tutorial").defaults, validation_fraction=0)
    augmented = get_network("compact").defaults
    compact = replace(augmented, augmentation=Augmentation())

    measures: dict[str, Callable[[], StepTime]] = {
        "fit": prepare_fit(tutorial, data),
        "tutorial": lambda: measure_step(tutorial, data),
        "compact": lambda: measure_step(compact, data),
        "augmented": lambda: measure_step(augmented, data),
    }
    rendering_seconds = render_templates()
    times: dict[str, list[StepTime]] = defaultdict(list)
    runs, products = [], []
    for seed in range(options.rounds):
        for name, measure in measures.items():
            print(f"Round {seed + 1} of {options.rounds}: {name}", file=sys.stderr)
            times[name].append(measure())
            products.append(measure_matrix_product())
        print(f"Round {seed + 1} of {options.rounds}: {QUICK}", file=sys.stderr)
        runs.append(run_quick(seed, data))
    whole_seconds = time_whole_fit(tutorial, data) if options.whole else None
    medians = {name: median_step_time(measured) for name, measured in times.items()}

    print(f"{date.today()}, {describe_machine()}; medians; rounds: {options.rounds}\n")
    print_trainings(tutorial, medians, runs, whole_seconds, float(np.median(products)), data)
    print_quick_runs(runs)
    print(f"Rendering the digits in other handwriting took {rendering_seconds:.1f} s.\n")
    print_steps(medians, {"tutorial": tutorial, "compact": compact, "augmented": augmented})


def median_step_time(times: list[StepTime]) -> StepTime:
    """Return the median of each duration."""
    return StepTime(
        float(np.median([step.seconds for step in times])),
        float(np.median([step.processor_seconds for step in times])),
    )


def print_trainings(
    tutorial: TrainingConfig,
    medians: dict[str, StepTime],
    runs: list[QuickRun],
    whole_seconds: float | None,
    product: float,
    data: Mnist,
) -> None:
    """Print the duration of whole trainings and how close they come to the matrix product.

    Args:
        tutorial: The tutorial's hyperparameters.
        medians: The median duration of a step, by name of the measurement.
        runs: The runs of the quick recipe.
        whole_seconds: The duration of ten epochs of `model.fit`; None to extrapolate it.
        product: Multiply-adds per second of the matrix product.
        data: The images trained on.
    """
    images = len(data.train.labels)
    quick = get_network(QUICK).defaults
    steps = tutorial.epochs * steps_per_epoch(tutorial, images)
    quick_steps = quick.epochs * steps_per_epoch(quick, images)
    fit_seconds = whole_seconds or steps * medians["fit"].seconds
    source = "measured" if whole_seconds else f"extrapolated from {FIT_STEPS} steps per round"
    trainings = [
        (f"tutorial, ten epochs, plain `model.fit` ({source})", tutorial, steps, fit_seconds),
        (
            "tutorial, ten epochs, our trainer",
            tutorial,
            steps,
            steps * medians["tutorial"].seconds,
        ),
        ("“99 % in seconds”", quick, quick_steps, float(np.median([run.seconds for run in runs]))),
    ]
    rows = []
    for title, config, count, seconds in trainings:
        work = count_training_multiply_adds(config.model) * config.batch_size * count
        rows.append(
            [
                title,
                f"{seconds:.1f}",
                f"{fit_seconds / seconds:.1f}",
                f"{work / 1e9:,.0f} G",
                f"{work / seconds / 1e9:.1f} G",
                format_percent(work / seconds / product, decimals=0),
            ]
        )
    print_table(
        [
            "training",
            "seconds",
            "times as fast",
            "multiply-adds",
            "per second",
            "of the matrix product",
        ],
        rows,
    )
    print(f"\nThe matrix product reaches {product / 1e9:.1f} G multiply-adds per second.\n")


def print_quick_runs(runs: list[QuickRun]) -> None:
    """Print each run of the quick recipe and their mean."""
    mean = QuickRun(
        float(np.mean([run.seconds for run in runs])),
        float(np.mean([run.processor_seconds for run in runs])),
        float(np.mean([run.accuracy for run in runs])),
    )
    named = [*((str(seed), run) for seed, run in enumerate(runs)), ("mean", mean)]
    print_table(
        ["“99 % in seconds”, seed", "seconds", "processor seconds", "test accuracy"],
        [
            [
                name,
                f"{run.seconds:.1f}",
                f"{run.processor_seconds:.1f}",
                format_percent(run.accuracy),
            ]
            for name, run in named
        ],
    )
    print()


def print_steps(medians: dict[str, StepTime], configs: dict[str, TrainingConfig]) -> None:
    """Print the duration of one gradient step.

    Args:
        medians: The median durations, by name of the measurement.
        configs: The hyperparameters, by name of the measurement.
    """
    plain, augmented = medians["compact"], medians["augmented"]
    time_fraction = format_percent(1 - plain.seconds / augmented.seconds, decimals=0)
    processor_fraction = format_percent(
        1 - plain.processor_seconds / augmented.processor_seconds, decimals=0
    )
    speedup = medians["fit"].seconds / medians["tutorial"].seconds
    measurements = [
        ("tutorial, `model.fit`", "tutorial", "fit", ""),
        ("tutorial, our trainer", "tutorial", "tutorial", f"{speedup:.2f} times as fast"),
        ("compact", "compact", "compact", ""),
        (
            "compact, augmented",
            "augmented",
            "augmented",
            f"augmentation: {time_fraction} of the time, "
            f"{processor_fraction} of the processor time",
        ),
    ]
    print_table(
        ["gradient step", "images", "ms", "ms of processor time", ""],
        [
            [
                title,
                str(configs[config].batch_size),
                f"{1000 * medians[measurement].seconds:.1f}",
                f"{1000 * medians[measurement].processor_seconds:.1f}",
                comparison,
            ]
            for title, config, measurement, comparison in measurements
        ],
    )


if __name__ == "__main__":
    main()
