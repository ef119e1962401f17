"""The models that a run saves after its epochs, and which of them it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.runs.paths import RunPaths
from mnist_core.training.early_stopping import find_best_epoch
from mnist_core.training.epochs import EpochResult

MAX_EPOCH_BYTES = 128 * 2**20


def prune_epoch_models(run: RunPaths, results: Sequence[EpochResult]) -> None:
    """Delete every second epoch's model until all take at most `MAX_EPOCH_BYTES`.

    The first, the last and the one with the lowest validation loss are never deleted.

    Args:
        run: The run's folder.
        results: The results of the epochs so far.
    """
    saved = run.list_saved_epochs()
    best = find_best_epoch(results)
    while sum(run.epoch_model_path(epoch).stat().st_size for epoch in saved) > MAX_EPOCH_BYTES:
        deleted = [epoch for epoch in saved[1:-1] if epoch != best][::2]
        if not deleted:
            break
        for epoch in deleted:
            delete_epoch_model(run, epoch)
        saved = run.list_saved_epochs()


def delete_epoch_model(run: RunPaths, epoch: int) -> None:
    """Delete an epoch's model, counted from 1, and what was computed from it."""
    for path in (run.folder / "epochs").glob(f"{epoch:03d}.*"):
        path.unlink(missing_ok=True)
