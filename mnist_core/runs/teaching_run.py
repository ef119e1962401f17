"""Runs that teach a whole network a person's drawings: how they start, and their files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from mnist_core.array_cache import CacheError, read_arrays, save_arrays
from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Split
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float
from mnist_core.runs.json_file import write_json
from mnist_core.runs.names import MAX_NAME_LENGTH
from mnist_core.runs.paths import RunPaths
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import Status
from mnist_core.runs.store import RunStore
from mnist_core.runs.taught_models import format_taught_title
from mnist_core.runs.teaching import Teaching
from mnist_core.runs.teaching_base import load_base
from mnist_core.runs.trained_model import TrainedModel
from mnist_core.teaching.drawings import TeachingError, check_drawings
from mnist_core.teaching.report import TeachingReport
from mnist_core.teaching.whole_network import make_config


def create_teaching(
    store: RunStore,
    images: np.ndarray,
    labels: np.ndarray,
    base: TrainedModel,
    hand: str,
    seed: int = 0,
    status: Status = "queued",
    name: str | None = None,
    hand_id: int | None = None,
) -> Run:
    """Create a run that teaches a whole network.

    Drawings and base are copied, so that the run does not depend on what becomes of them.

    Args:
        store: The runs.
        images: (n, 28, 28) float32 in 0..1, prepared drawings; n at least 1.
        labels: (n,) integers in 0..9.
        base: The model to start from.
        hand: The name that a person gave to their hand.
        seed: The seed of all random numbers.
        status: The first status. Workers teach queued runs.
        name: The name of the run; by default one of base and hand.
        hand_id: The hand in the database; None for drawings from files.

    Raises:
        TeachingError: The drawings cannot be used, or the base was taught before.
        ModelError: The base is missing or damaged.
        RunError: The name cannot be shown, or the folder cannot be written.
    """
    drawings = check_drawings(images, labels)
    classifier = load_base(base)
    teaching = Teaching(hand, hand_id, base.id, base.title, len(drawings.labels))
    name = (name or format_taught_title(base.title, hand))[:MAX_NAME_LENGTH]

    def add_files(draft: Run) -> None:
        write_json(draft.teaching_path, asdict(teaching))
        draft.base_path.write_bytes(classifier.graph)
        save_arrays(draft.taught_path, "", {"images": drawings.images, "labels": drawings.labels})

    config: TrainingConfig = make_config(classifier, seed)
    return store.create(config, name=name, status=status, add_files=add_files)


def read_taught_drawings(run: RunPaths) -> Split:
    """Return the drawings that a run teaches.

    Raises:
        RunError: They are missing or damaged.
    """
    try:
        _, arrays = read_arrays(run.taught_path)
        images, labels = arrays["images"], arrays["labels"]
        return check_drawings(as_float(images), labels)
    except (CacheError, KeyError, TeachingError) as error:
        raise RunError(
            message(
                "The drawings of the run {id} cannot be read; expected the {name} that the app "
                "wrote. Delete the run and teach again.",
                id=run.id,
                name=run.taught_path.name,
            )
        ) from error


def save_report(run: RunPaths, report: TeachingReport) -> None:
    """Write what a run's teaching changed.

    Raises:
        OSError: The folder cannot be written or the disk is full.
    """
    mnist = np.array([report.mnist_before, report.mnist_after, report.mnist_count], np.float64)
    arrays = {
        "labels": report.labels,
        "before": report.before,
        "after": report.after,
        "mnist": mnist,
    }
    save_arrays(run.report_path, "", arrays)


def read_report(run: RunPaths) -> TeachingReport | None:
    """Return what a run's teaching changed; None if it was not measured, or is damaged."""
    path: Path = run.report_path
    try:
        _, arrays = read_arrays(path)
        labels, before, after = (arrays[name] for name in ("labels", "before", "after"))
        mnist_before, mnist_after, count = map(float, arrays["mnist"])
        images = int(count)
    except (CacheError, KeyError, ValueError, TypeError, OverflowError):
        return None
    is_valid = labels.size > 0 and all(
        each.ndim == 1 and each.size == labels.size and each.dtype.kind in "iu"
        for each in (labels, before, after)
    )
    if not is_valid or not all(0 <= each <= 1 for each in (mnist_before, mnist_after)):
        return None
    return TeachingReport(labels, before, after, mnist_before, mnist_after, images)
