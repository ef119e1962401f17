"""Cross-validation: out-of-sample probabilities for all training images.

The training images are split into folds. A network trained on the other folds predicts
each fold (Stone, "Cross-validatory choice and assessment of statistical predictions",
1974). These predictions show which training images are hard or have an incorrect label; a
network that has memorized an image cannot show that its label is wrong.

    runs/.cross-validation/
        3f81c2d06ab94e57/  for the data with this fingerprint
            requested      present once it was requested
            problem        why it failed, as a sentence
            3.progress     the completed fraction of the fourth fold, 0..1
            3.lock         held by the process that trains that fold
            3.npy          the probabilities for that fold, (images, 10) float32

Each worker trains one fold at a time while no run is queued. An interrupted fold starts again;
completed folds remain.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.errors import MnistError, describe_fault
from mnist_core.evaluation.calibration import apply_temperature, fit_temperature
from mnist_core.files import read_regular_file, write_atomically
from mnist_core.messages import message
from mnist_core.runs.names import clean_text
from mnist_core.runs.store import RunStore
from mnist_core.runs.write_errors import explain_failure
from mnist_core.training.architectures import get_network
from mnist_core.training.epochs import Progress
from mnist_core.training.keras_evaluation import predict
from mnist_core.training.trainer import train

MAX_PROBLEM_BYTES = 4096
FOLDER = ".cross-validation"
FOLDS = 5
RECIPE = replace(get_network("swift").defaults, validation_fraction=0)


class CrossValidationError(MnistError):
    """The cross-validation cannot be recorded, failed, or waits for another process."""


def deal_folds(images: int) -> list[np.ndarray]:
    """Return the indices of the images of each fold: every fifth image.

    Args:
        images: The number of images.

    Examples:
        >>> [fold.tolist() for fold in deal_folds(7)]
        [[0, 5], [1, 6], [2], [3], [4]]
    """
    return [np.arange(fold, images, FOLDS) for fold in range(FOLDS)]


class CrossValidation:
    """The cross-validation of a data set, in a folder beside the runs of a store.

    Pages request and read it, workers train it. Every call reads the folder.

    Args:
        store: The runs.
        data: The data set.

    Attributes:
        folder: The folder of the cross-validation.
    """

    def __init__(self, store: RunStore, data: Mnist) -> None:
        self._data = data
        self.folder = store.folder / FOLDER / data.fingerprint[:16]

    @property
    def progress(self) -> float | None:
        """The completed fraction, 0..1; None if the cross-validation was not requested."""
        if not (self.folder / "requested").exists():
            return None
        return sum(self._fold_progress(fold) for fold in range(FOLDS)) / FOLDS

    @property
    def problem(self) -> str | None:
        """Why the cross-validation failed, as a sentence; None if it did not."""
        try:
            content = read_regular_file(self.folder / "problem", MAX_PROBLEM_BYTES)
            return clean_text(content.decode(errors="replace"))
        except OSError:
            return None

    @property
    def is_incomplete(self) -> bool:
        """Whether it was requested and folds remain for workers to train."""
        return self.progress not in {None, 1.0} and self.problem is None

    def read_probabilities(self) -> np.ndarray | None:
        """Read the probabilities for all training images, (n, 10) float32 in the split's order.

        None if they are incomplete. A damaged fold is deleted, to be trained again.
        """
        probabilities = np.empty((len(self._data.train.labels), 10), np.float32)
        for fold, indices in enumerate(deal_folds(len(probabilities))):
            try:
                probabilities[indices] = np.load(self._path(fold), allow_pickle=False)
            except FileNotFoundError:
                return None
            except (OSError, ValueError, EOFError, MemoryError):
                self._path(fold).unlink(missing_ok=True)
                return None
        return probabilities

    @property
    def modified(self) -> tuple[int, ...]:
        """When the file of each completed fold was last changed, in nanoseconds."""
        paths = (self._path(fold) for fold in range(FOLDS))
        return tuple(path.stat().st_mtime_ns for path in paths if path.exists())

    def request(self) -> None:
        """Request it, also after a failure. Completed folds remain.

        Raises:
            CrossValidationError: The folder cannot be written.
        """
        with self._explain_failure():
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "problem").unlink(missing_ok=True)
            (self.folder / "requested").touch()

    def advance(self, on_progress: Callable[[float], None] | None = None) -> bool:
        """Train one requested fold that no other process trains; return whether there was one.

        After a failure, whose reason is recorded, it must be requested again. What the training or
        `on_progress` raises is such a failure, and is raised again.

        Args:
            on_progress: Called about five times a second with the completed fraction, 0..1.

        Raises:
            CrossValidationError: The folder cannot be written.
            OSError: The lock of a fold cannot be created.
        """
        if not self.is_incomplete:
            return False
        for fold in range(FOLDS):
            if self._path(fold).exists():
                continue
            with contextlib.suppress(Timeout), FileLock(self.folder / f"{fold}.lock", timeout=0):
                try:
                    self._train_fold(fold, on_progress)
                except Exception as error:
                    self._record_failure(error)
                    raise
                return True
        return False

    def _train_fold(self, fold: int, on_progress: Callable[[float], None] | None) -> None:
        def record_progress(progress: Progress) -> None:
            with self._explain_failure():
                (self.folder / f"{fold}.progress").write_text(f"{progress.fraction:.4f}")
            if on_progress is not None:
                on_progress(self.progress or 0.0)

        images, labels = self._data.train.images, self._data.train.labels
        held_out = deal_folds(len(labels))[fold]
        others = Split(np.delete(images, held_out, axis=0), np.delete(labels, held_out))
        model = train(RECIPE, replace(self._data, train=others), record_progress).model
        probabilities = _calibrate(predict(model, images[held_out]), labels[held_out])
        with self._explain_failure(), write_atomically(self._path(fold)) as temporary:
            np.save(temporary, probabilities)

    def _explain_failure(self) -> AbstractContextManager[None]:
        failure = message(
            "The cross-validation cannot be recorded in {folder}.", folder=self.folder
        )
        return explain_failure(CrossValidationError, failure)

    def _record_failure(self, error: Exception) -> None:
        problem: str = message("The cross-validation failed: {fault}.", fault=describe_fault(error))
        if isinstance(error, MnistError):
            problem = str(error)
        with contextlib.suppress(OSError):
            (self.folder / "problem").write_text(problem, encoding="utf-8")

    def _fold_progress(self, fold: int) -> float:
        if self._path(fold).exists():
            return 1.0
        try:
            # The rest of the time goes to the predictions.
            return 0.98 * float((self.folder / f"{fold}.progress").read_text())
        except (OSError, ValueError):
            return 0.0

    def _path(self, fold: int) -> Path:
        return self.folder / f"{fold}.npy"


def _calibrate(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Undo the effect of label smoothing by temperature scaling. No predicted digit changes."""
    possible = np.maximum(probabilities, np.finfo(np.float32).tiny)
    temperature = fit_temperature(np.log(possible), labels)
    return apply_temperature(possible, temperature).astype(np.float32)
