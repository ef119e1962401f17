"""The command `evaluate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.table import Table

from mnist_core.cli.console import console, load_classifier
from mnist_core.cli.language import _
from mnist_core.config import ConfigError
from mnist_core.datasets.mnist import load_mnist
from mnist_core.evaluation.evaluation import Evaluation, evaluate
from mnist_core.evaluation.input_scale import ScaleCheck, check_scale
from mnist_core.messages import message
from mnist_core.percentages import format_percent
from mnist_core.runs.model_registry import KERAS_SUFFIXES


def run_evaluate(options: argparse.Namespace) -> None:
    """Print a model's accuracy, loss and confusion matrix on a split of MNIST."""
    if None not in (options.given, options.model):
        raise ConfigError(message("The model is given twice; leave out --model."))
    model = options.model if options.given is None else options.given
    classifier = load_classifier(model)
    data = load_mnist()
    split = data.test if options.split == "test" else data.train
    count = len(split.labels)
    with console.status(_("Classifying {count:,} images…", count=count)):
        evaluation = evaluate(classifier, split)
    is_keras = model is not None and model.lower().endswith(KERAS_SUFFIXES)
    # The file of a run has the same name as those of other runs.
    name = classifier.path.name if model is None else Path(model).name
    accuracy = format_percent(evaluation.accuracy)
    console.print(
        _(
            "{name} on the {count:,} images of the {split} split\naccuracy {accuracy}, loss "
            "{loss:.4f}, {mistakes:,} mistakes",
            name=name,
            count=count,
            split=options.split,
            accuracy=accuracy,
            loss=evaluation.loss,
            mistakes=len(evaluation.mistakes),
        )
    )
    # Where the terminal is too narrow it breaks the lines itself, and no number is lost.
    console.print(_tabulate_confusion(evaluation), crop=False)
    if is_keras:
        _print_scale(check_scale(classifier, data.train))


def _print_scale(check: ScaleCheck) -> None:
    """Print a hint if the model was probably trained on other pixels."""
    best = check.best
    if not check.fits:
        console.print(
            _(
                "It classifies no more than half of {count} training images correctly with pixels "
                "from 0 to 1 or from 0 to 255, white or black. It may be untrained, or trained on "
                "other images.",
                count=check.count,
            )
        )
    if best.id != "unit":
        now = format_percent(check.accuracies["unit"])
        then = format_percent(check.accuracies[best.id])
        console.print(
            _(
                "It was probably trained on other pixels: it classifies {now} of {count} training "
                "images correctly with pixels from 0 to 1, and {then} after a layer "
                "Rescaling({scale:g}, {offset:g}). Load it in the app, which offers this.",
                now=now,
                count=check.count,
                then=then,
                scale=best.scale,
                offset=best.offset,
            )
        )


def _tabulate_confusion(evaluation: Evaluation) -> Table:
    table = Table(
        title=_("Confusion matrix: labels (rows) and predictions (columns)"),
        box=None,
        title_justify="left",
    )
    for heading in ("", *map(str, range(10))):
        table.add_column(heading, justify="right", min_width=len("1,000") if heading else 1)
    for digit, row in enumerate(evaluation.confusion):
        table.add_row(str(digit), *(f"{count:,}" if count else "·" for count in row))
    return table
