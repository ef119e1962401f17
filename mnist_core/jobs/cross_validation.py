"""Probabilities for the training images, from networks that have not learnt from them.

The training images are dealt into folds; for each one a network is trained on all the others and
then asked about it (Stone, "Cross-validatory choice and assessment of statistical predictions",
1974). What it answers shows which training images are hard or wrongly labeled, where a network
that knows them by heart would not.

    runs/.cross-validation/
        3f81c2d06ab94e57/  for the data with this fingerprint
            requested      present once somebody asked for it
            problem        why it was given up, as a sentence
            3.progress     how much of the fourth fold is done, 0..1, about five times a second
            3.lock         held by the process that works on that fold
            3.npy          the answers to it, (images, 10) float32

Workers do one fold at a time when no run waits, several workers several folds at once. A fold that
was broken off is begun anew; those that are done remain.
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
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.files import write_atomically
from mnist_core.runs.store import RunStore
from mnist_core.runs.write_errors import explain_failure
from mnist_core.training.architectures import get_network
from mnist_core.training.trainer import Progress, predict, train

FOLDER = ".cross-validation"
FOLDS = 5
RECIPE = replace(get_network("swift").defaults, validation_fraction=0)


class CrossValidationError(MnistError):
    """The folder of the cross-validation cannot be written."""


def deal_folds(images: int) -> list[np.ndarray]:
    """Return the indices of each fold's images, in order: every fifth image."""
    return [np.arange(fold, images, FOLDS) for fold in range(FOLDS)]


class CrossValidation:
    """The cross-validation of some data, which lies beside the runs of a store.

    Pages ask for it and read it, workers carry it out. Everything is read from the folder anew.
    """

    def __init__(self, store: RunStore, data: Mnist) -> None:
        self._data = data
        self.folder = store.folder / FOLDER / data.fingerprint[:16]

    @property
    def progress(self) -> float | None:
        """The share that is done, 0..1; None where nobody has asked for it."""
        if not (self.folder / "requested").exists():
            return None
        return sum(self._fold_progress(fold) for fold in range(FOLDS)) / FOLDS

    @property
    def problem(self) -> str | None:
        """Why it was given up, as a sentence, None where all is well."""
        try:
            return (self.folder / "problem").read_text(encoding="utf-8")
        except OSError:
            return None

    @property
    def is_waiting(self) -> bool:
        """Whether workers have something to do."""
        return self.progress not in {None, 1.0} and self.problem is None

    @property
    def probabilities(self) -> np.ndarray | None:
        """The answers to all training images, (n, 10) float32 in the order of the split.

        None where they are not complete. A fold whose file is damaged is done anew.
        """
        answers = np.empty((len(self._data.train.labels), 10), np.float32)
        for fold, indices in enumerate(deal_folds(len(answers))):
            try:
                answers[indices] = np.load(self._path(fold), allow_pickle=False)
            except FileNotFoundError:
                return None
            except (OSError, ValueError, EOFError):
                self._path(fold).unlink(missing_ok=True)
                return None
        return answers

    @property
    def modified(self) -> tuple[int, ...]:
        """When the answers to each fold that is done were written, in nanoseconds."""
        paths = (self._path(fold) for fold in range(FOLDS))
        return tuple(path.stat().st_mtime_ns for path in paths if path.exists())

    def request(self) -> None:
        """Ask for it, or again where it was given up; folds that are done are kept.

        Raises:
            CrossValidationError: The folder cannot be written.
        """
        with self._explain_failure():
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "problem").unlink(missing_ok=True)
            (self.folder / "requested").touch()

    def advance(self, on_progress: Callable[[float], None] | None = None) -> bool:
        """Do one fold that was asked for and that nobody is at; False where there is none.

        Why it failed is left for those who asked, and nothing is done until they ask again.

        Args:
            on_progress: Called about five times a second with the share that is done, 0..1.

        Raises:
            CrossValidationError: The folder cannot be written.
        """
        if not self.is_waiting:
            return False
        for fold in range(FOLDS):
            if self._path(fold).exists():
                continue
            with contextlib.suppress(Timeout), FileLock(self.folder / f"{fold}.lock", timeout=0):
                try:
                    self._do(fold, on_progress)
                except Exception as error:
                    self._give_up(error)
                    raise
                return True
        return False

    def _do(self, fold: int, on_progress: Callable[[float], None] | None) -> None:
        def note(progress: Progress) -> None:
            with self._explain_failure():
                (self.folder / f"{fold}.progress").write_text(f"{progress.fraction:.4f}")
            if on_progress is not None:
                on_progress(self.progress or 0.0)

        images, labels = self._data.train.images, self._data.train.labels
        asked = deal_folds(len(labels))[fold]
        others = Split(np.delete(images, asked, axis=0), np.delete(labels, asked))
        model = train(RECIPE, replace(self._data, train=others), note).model
        answers = _calibrate(predict(model, images[asked]), labels[asked])
        with self._explain_failure(), write_atomically(self._path(fold)) as temporary:
            np.save(temporary, answers)

    def _explain_failure(self) -> AbstractContextManager[None]:
        failure = f"The cross-validation cannot be recorded in {self.folder}"
        return explain_failure(CrossValidationError, failure)

    def _give_up(self, error: Exception) -> None:
        problem = f"The cross-validation failed: {describe_fault(error)}."
        if isinstance(error, MnistError):
            problem = str(error)
        with contextlib.suppress(OSError):
            (self.folder / "problem").write_text(problem, encoding="utf-8")

    def _fold_progress(self, fold: int) -> float:
        if self._path(fold).exists():
            return 1.0
        try:
            # What remains is to ask the network.
            return 0.98 * float((self.folder / f"{fold}.progress").read_text())
        except (OSError, ValueError):
            return 0.0

    def _path(self, fold: int) -> Path:
        return self.folder / f"{fold}.npy"


def _calibrate(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Undo the doubt that label smoothing taught: one temperature for all, no answer changes."""
    from scipy.special import softmax

    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    sharpened: np.ndarray = softmax(logits / fit_temperature(logits, labels), axis=1)
    return sharpened.astype(np.float32)
