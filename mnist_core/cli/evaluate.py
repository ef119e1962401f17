"""The command `evaluate`."""

from __future__ import annotations

import argparse

from rich.table import Table

from mnist_core.cli.console import console, format_percent, load_classifier
from mnist_core.datasets.mnist import load_mnist
from mnist_core.evaluation.evaluation import Evaluation, evaluate


def run_evaluate(options: argparse.Namespace) -> None:
    """Print a model's accuracy, loss and confusion matrix on a split of MNIST."""
    classifier = load_classifier(options.model)
    data = load_mnist()
    split = data.test if options.split == "test" else data.train
    count = len(split.labels)
    with console.status(f"Classifying {count:,} images…"):
        evaluation = evaluate(classifier, split)
    accuracy = format_percent(evaluation.accuracy)
    console.print(
        f"{classifier.path.name} on the {count:,} images of the {options.split} split\n"
        f"accuracy {accuracy}, loss {evaluation.loss:.4f}, {len(evaluation.mistakes):,} mistakes"
    )
    console.print(_tabulate_confusion(evaluation))


def _tabulate_confusion(evaluation: Evaluation) -> Table:
    table = Table(
        title="Confusion matrix: labels (rows) and predictions (columns)",
        box=None,
        title_justify="left",
    )
    for heading in ("", *map(str, range(10))):
        table.add_column(heading, justify="right")
    for digit, row in enumerate(evaluation.confusion):
        table.add_row(str(digit), *(f"{count:,}" if count else "·" for count in row))
    return table
