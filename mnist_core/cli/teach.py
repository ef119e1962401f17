"""The command `teach`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from mnist_core.cli.console import (
    INTERRUPTED,
    console,
)
from mnist_core.cli.language import _, localize, ngettext
from mnist_core.cli.run_here import check_output, copy_model, train_here
from mnist_core.config import check_seed
from mnist_core.datasets.mnist import load_mnist
from mnist_core.messages import message
from mnist_core.percentages import format_percent
from mnist_core.preprocessing.scaling import as_float, as_uint8
from mnist_core.runs.model_registry import default_model, get_model
from mnist_core.runs.store import open_store
from mnist_core.runs.taught_models import save_taught
from mnist_core.runs.teaching_base import load_base
from mnist_core.runs.teaching_run import create_teaching, read_report
from mnist_core.runs.trained_model import TrainedModel
from mnist_core.teaching import TeachingReport, measure_teaching, teach
from mnist_core.teaching.report import MIN_DRAWINGS

VERDICTS = {
    "helps": message("Teaching helps with these drawings."),
    "no_help": message("Teaching does not help with these drawings."),
    "too_few": message(
        "The drawings are too few, or the gain is too small, to say whether teaching helps."
    ),
}


def run_teach(options: argparse.Namespace) -> int:
    """Teach a model the drawings in files, and print what that changes."""
    check_output(options.output)
    check_seed(options.seed)
    images, labels = _read_files(options.files)
    base = default_model() if options.base is None else get_model(open_store(), options.base)
    console.print(
        ngettext(
            "One drawing, taught to “{title}”",
            "{count:,} drawings, taught to “{title}”",
            len(labels),
            count=len(labels),
            title=localize(base.title),
        ),
        soft_wrap=True,
    )
    teach_model = {"instant": _teach_at_once, "thorough": _teach_thoroughly}[options.method]
    model = teach_model(images, labels, base, options)
    if model is None:
        return INTERRUPTED
    console.print(
        _("The model “{title}” is at {path}", title=localize(model.title), path=model.path),
        soft_wrap=True,
    )
    copy_model(model.path, options.output)
    return 0


def _read_files(paths: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Return the drawings, each image once, with the label that comes last, as an import does.

    A drawing that is there twice would be classified by a network that was taught it.
    """
    # Not above: SQLAlchemy would take most of the time in which any other command starts.
    from mnist_core.hands.drawing_imports import read_drawings

    drawings = [each for path in paths for each in read_drawings(path.name, path.read_bytes())]
    by_pixels = {as_uint8(each.image).tobytes(): each for each in drawings}
    if left_out := len(drawings) - len(by_pixels):
        console.print(
            _("Left out because the same image is given again: {count:,}", count=left_out)
        )
    images = np.stack([as_float(each.image) for each in by_pixels.values()])
    return images, np.array([each.label for each in by_pixels.values()])


def _teach_at_once(
    images: np.ndarray, labels: np.ndarray, base: TrainedModel, options: argparse.Namespace
) -> TrainedModel | None:
    classifier = load_base(base)
    with console.status(_("Teaching the last layer…")):
        taught = teach(images, labels, "instant", classifier, options.seed)
        model = save_taught(open_store(), base, taught, options.name)
    if len(labels) >= MIN_DRAWINGS:
        with console.status(_("Measuring by cross-validation…")):
            test = load_mnist().test
            _print_report(measure_teaching(images, labels, test, classifier, options.seed))
    return model


def _teach_thoroughly(
    images: np.ndarray, labels: np.ndarray, base: TrainedModel, options: argparse.Namespace
) -> TrainedModel | None:
    """Teach in a run that also appears in the app; None if a person interrupted it."""
    data, store = load_mnist(), open_store()
    # This process holds the run from the start; the workers of an app never get it.
    run = create_teaching(store, images, labels, base, options.name, options.seed, status="running")
    run.claim()
    if not train_here(run, data):
        return None
    report = read_report(run)
    if report is not None:
        _print_report(report)
    return get_model(store, run.id)


def _print_report(report: TeachingReport) -> None:
    low, high = (format_percent(bound) for bound in report.interval_after)
    before, after = format_percent(report.mnist_before), format_percent(report.mnist_after)
    console.print(
        _(
            "Drawings: {own_before} of {count} correct before, {own_after} after, each classified "
            "by a network that was taught only others (95 % interval {low} to {high})\nMNIST’s "
            "test images: {before} correct before, {after} after",
            own_before=report.correct_before,
            count=report.count,
            own_after=report.correct_after,
            low=low,
            high=high,
            before=before,
            after=after,
        ),
        localize(VERDICTS[report.verdict]),
        sep="\n",
        soft_wrap=True,
    )
