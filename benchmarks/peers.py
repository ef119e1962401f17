"""The speed of training beside PyTorch's, with the same networks, batches and data.

    pip install torch
    python -m benchmarks.peers [--rounds 5] [--seeds 0]

In each round every recipe takes its gradient steps with this project, with PyTorch in float32 and
with PyTorch in bfloat16, one after another, so that a change in the machine's speed affects all of
them. The steps are those of the recipe without augmentation, which would cost both the same. The
ratio is that of the medians, to the faster of PyTorch's two. With --seeds, the quick recipe is
trained completely with as many seeds by each, and the accuracy on the test images is printed too.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from datetime import date

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import torch
import torch._dynamo  # Loaded after TensorFlow, it ends the process (PyTorch 2.14).

from benchmarks.report import describe_machine, format_percent, print_table
from benchmarks.torch_networks import TorchTrainer
from benchmarks.training_measurements import QUICK, measure_step, run_quick
from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.training.architectures import NETWORKS, get_network
from mnist_core.training.trainer import split_validation, steps_per_epoch

PRECISIONS = {"float32": False, "bfloat16": True}
STEPS_SECONDS = 3.0
WARMUP_STEPS = 5


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="number of measurements of each row")
    parser.add_argument("--seeds", type=int, default=0, help="whole trainings of the quick recipe")
    options = parser.parse_args()
    data = load_mnist()
    print(f"{describe_machine()}, PyTorch {torch.__version__}, {date.today():%d %B %Y}\n")
    _compare_steps(data, options.rounds)
    if options.seeds:
        print()
        _compare_whole_runs(data, options.seeds)


def _compare_steps(data: Mnist, rounds: int) -> None:
    rows = []
    for name in NETWORKS:
        config = replace(get_network(name).defaults, augmentation=Augmentation())
        seconds: dict[str, list[float]] = {"ours": [], **{name: [] for name in PRECISIONS}}
        for _ in range(rounds):
            seconds["ours"].append(measure_step(config, data).seconds)
            for precision, bfloat16 in PRECISIONS.items():
                seconds[precision].append(_measure_torch_step(config, data, bfloat16))
        medians = {key: float(np.median(values)) for key, values in seconds.items()}
        ratio = min(medians[precision] for precision in PRECISIONS) / medians["ours"]
        times = (f"{1000 * medians[key]:.1f} ms" for key in ("ours", *PRECISIONS))
        rows.append([f"{name}, a step of {config.batch_size}", *times, f"{ratio:.2f}"])
    headings = ["", "this project", *(f"PyTorch {name}" for name in PRECISIONS), "times as fast"]
    print_table(headings, rows)


def _measure_torch_step(config: TrainingConfig, data: Mnist, bfloat16: bool) -> float:
    """Return the seconds of one step of PyTorch."""
    split, size = data.train, config.batch_size
    steps = steps_per_epoch(config, len(split.labels))
    trainer = TorchTrainer(get_network(config.model).design, config, steps, bfloat16)
    order = np.random.default_rng(config.seed).permutation(len(split.labels))
    started, counted = 0.0, 0
    for step in range(steps):
        if step == WARMUP_STEPS:
            started = time.perf_counter()
        chosen = order[step * size : (step + 1) * size]
        trainer.step(split.images[chosen], split.labels[chosen])
        counted = step + 1 - WARMUP_STEPS
        if counted > 0 and time.perf_counter() - started > STEPS_SECONDS:
            break
    return (time.perf_counter() - started) / counted


def _compare_whole_runs(data: Mnist, seeds: int) -> None:
    results: dict[str, list[tuple[float, float]]] = {}
    for seed in range(seeds):
        ours = run_quick(seed, data)
        results.setdefault("this project", []).append((ours.seconds, ours.accuracy))
        for precision, bfloat16 in PRECISIONS.items():
            result = _run_torch(replace(get_network(QUICK).defaults, seed=seed), data, bfloat16)
            results.setdefault(f"PyTorch {precision}", []).append(result)
    rows = []
    for name, values in results.items():
        seconds, accuracies = np.array(values).T
        rows.append([name, f"{np.median(seconds):.1f} s", format_percent(accuracies.mean())])
    print_table([f"{QUICK}, {seeds} seeds", "time with evaluation", "mean accuracy"], rows)


def _run_torch(config: TrainingConfig, data: Mnist, bfloat16: bool) -> tuple[float, float]:
    """Train one epoch; return the seconds with the evaluation, and the test accuracy."""
    started = time.perf_counter()
    training, validation = split_validation(data.train, config.validation_fraction)
    size = config.batch_size
    steps = steps_per_epoch(config, len(data.train.labels))
    trainer = TorchTrainer(
        get_network(config.model).design, config, steps * config.epochs, bfloat16
    )
    for epoch in range(config.epochs):
        order = np.random.default_rng((config.seed, epoch)).permutation(len(training.labels))
        for step in range(steps):
            chosen = order[step * size : (step + 1) * size]
            trainer.step(training.images[chosen], training.labels[chosen])
        trainer.measure_accuracy(validation)
    accuracy = trainer.measure_accuracy(data.test)
    return time.perf_counter() - started, accuracy


if __name__ == "__main__":
    main()
