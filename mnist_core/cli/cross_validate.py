"""The command `cross-validate`."""

from __future__ import annotations

import argparse

from rich import progress

from mnist_core.cli.console import COLUMNS, console, import_tensorflow_quietly
from mnist_core.cli.language import _
from mnist_core.datasets.mnist import load_mnist
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import find_label_errors
from mnist_core.jobs.cross_validation import CrossValidation, CrossValidationError
from mnist_core.messages import message
from mnist_core.percentages import format_percent
from mnist_core.runs.store import open_store

ELSEWHERE = message("Another process trains the remaining folds. Run this again when it is done.")


def run_cross_validate(options: argparse.Namespace) -> None:
    """Predict every training image with a network that was not trained on it, fold by fold."""
    data = load_mnist()
    validation = CrossValidation(open_store(), data)
    validation.request()
    # A damaged fold is missing once it was read.
    while (probabilities := validation.read_probabilities()) is None:
        if not _train_folds(validation):
            raise CrossValidationError(validation.problem or ELSEWHERE)
    evaluation = Evaluation(data.train.labels, probabilities)
    issues = find_label_errors(probabilities, data.train.labels)
    accuracy = format_percent(evaluation.accuracy)
    console.print(
        _(
            "{count:,} training images, each classified by a network that was not trained on "
            "it\naccuracy {accuracy}, loss {loss:.4f}, {mistakes:,} mistakes, {issues:,} possible "
            "label errors",
            count=len(probabilities),
            accuracy=accuracy,
            loss=evaluation.loss,
            mistakes=len(evaluation.mistakes),
            issues=len(issues.indices),
        )
    )
    console.print(_("The predictions are in {folder}", folder=validation.folder), soft_wrap=True)


def _train_folds(validation: CrossValidation) -> bool:
    """Train the folds that no other process trains; return whether there was one."""
    with console.status(_("Starting TensorFlow…")):
        import_tensorflow_quietly()
    count = 0
    with progress.Progress(*COLUMNS, console=console) as bars:
        task = bars.add_task(_("Cross-validation"), total=1)
        bars.update(task, completed=validation.progress)
        while validation.advance(lambda fraction: bars.update(task, completed=fraction)):
            count += 1
        bars.update(task, completed=validation.progress)
    return count > 0
