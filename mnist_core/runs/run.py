"""A training run: its actions and the files that grow while it trains."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from mnist_core.datasets.mnist import SIDE
from mnist_core.runs.json_file import read_json, write_json
from mnist_core.runs.jsonl import append_line, keep_lines, read_lines
from mnist_core.runs.locks import is_locked
from mnist_core.runs.paths import RunPaths
from mnist_core.runs.snapshot import RESUMABLE, RunError, RunSnapshot, Status, read_snapshot
from mnist_core.runs.write_errors import explain_failure
from mnist_core.training.trainer import EpochResult, Progress

MAX_EPOCH_BYTES = 128 * 2**20


class Run(RunPaths):
    """One training run. It holds no data: every call reads or writes the run's folder.

    Attributes:
        lock: The run's lock, held by the process that trains.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lock = FileLock(self.lock_path)

    def read(self) -> RunSnapshot:
        """Return the run's record as it is now."""
        return read_snapshot(self)

    def read_epochs(self) -> list[EpochResult]:
        """Return the results of the finished epochs."""
        return read_lines(self.epochs_path, EpochResult)

    def read_batches(self) -> list[Progress]:
        """Return the progress reports so far."""
        return read_lines(self.batches_path, Progress)

    def read_drawing(self) -> np.ndarray | None:
        """Return the drawing of the person who started the run, (28, 28) float32 in 0..1.

        None if there is none or its file is damaged.
        """
        try:
            image: np.ndarray = np.load(self.drawing_path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return image if image.shape == (SIDE, SIDE) and image.dtype == np.float32 else None

    def is_stop_requested(self) -> bool:
        """Return whether a person has requested the end."""
        return self.stop_path.exists()

    def is_locked(self) -> bool:
        """Return whether a process is training this run right now."""
        return is_locked(self.lock_path)

    def request_stop(self) -> None:
        """Request the end. The trained weights are saved; a queued run is stopped at once.

        Raises:
            RunError: The folder cannot be written.
        """
        with explain_failure(RunError, f"The run “{self.read().name}” cannot be stopped"):
            self.stop_path.touch()
            with suppress(Timeout), self.lock.acquire(timeout=0):  # else a worker has just taken it
                if self.read().status == "queued":
                    self.write_state(status="stopped")

    def claim(self) -> None:
        """Acquire the lock. It is released after as many releases as claims.

        Raises:
            RunError: Another process trains this run, or its folder cannot be written.
        """
        name = self.read().name
        with explain_failure(RunError, f"The run “{name}” cannot be trained"):
            try:
                self.lock.acquire(timeout=2)  # a probe by another process holds it for a moment
            except Timeout as error:
                raise RunError(
                    f"The run “{name}” is being trained by another process; wait for its end."
                ) from error

    def resume(self) -> None:
        """Put an interrupted, stopped or failed run back into the queue.

        Raises:
            RunError: The run is in another state, or its folder cannot be written.
        """
        self._reopen("queued")
        self.lock.release()

    def resume_in_process(self) -> None:
        """Claim an interrupted, stopped or failed run for this process, past the queue.

        Raises:
            RunError: The run is in another state, another process trains it, or its folder cannot
                be written.
        """
        self._reopen("running")

    def _reopen(self, status: Status) -> None:
        before = self.read()
        if before.status not in RESUMABLE:
            raise RunError(
                f"The run “{before.name}” is {before.status} and cannot be resumed; only a run "
                "that was interrupted, stopped or has failed can."
            )
        self.claim()
        try:
            with explain_failure(RunError, f"The run “{before.name}” cannot be resumed"):
                self.stop_path.unlink(missing_ok=True)
                self.write_state(status=status, reason=None)
        except RunError:
            self.lock.release()
            raise

    def rename(self, name: str) -> None:
        """Give the run a name of 1 to 80 characters.

        Raises:
            RunError: The name is empty or too long, the run's record is damaged, or its folder
                cannot be written.
        """
        before = self.read()
        if before.config_error is not None:  # a damaged record must not be replaced
            raise before.config_error
        request = {**read_json(self.request_path), "name": check_name(name)}
        with explain_failure(RunError, f"The run “{before.name}” cannot be renamed"):
            write_json(self.request_path, request)

    def write_state(self, **changes: Any) -> None:
        """Replace some of the worker's values; None removes one."""
        state = {**read_json(self.state_path), **changes}
        write_json(self.state_path, {k: v for k, v in state.items() if v is not None})

    def append_batch(self, progress: Progress) -> None:
        """Add a progress report."""
        append_line(self.batches_path, progress)

    def append_epoch(self, result: EpochResult) -> None:
        """Add the result of an epoch."""
        append_line(self.epochs_path, result)

    def truncate_after(self, epoch: int) -> None:
        """Delete what was recorded after an epoch, before training resumes from there.

        Partial files of a writer that was killed are deleted as well.
        """
        keep_lines(self.epochs_path, EpochResult, epoch)
        keep_lines(self.batches_path, Progress, epoch)
        for saved_epoch in self.list_saved_epochs():
            if saved_epoch > epoch:
                self._delete_epoch(saved_epoch)
        for folder in (self.folder, self.folder / "epochs"):
            for pattern in (".*.keras", ".*.onnx", ".*.jsonl"):
                for leftover in folder.glob(pattern):
                    leftover.unlink(missing_ok=True)

    def prune_epoch_models(self) -> None:
        """Delete every second epoch's model until all take at most `MAX_EPOCH_BYTES`.

        The first and the last one are never deleted.
        """
        saved = self.list_saved_epochs()
        while len(saved) > 2 and sum(map(self._epoch_bytes, saved)) > MAX_EPOCH_BYTES:
            for epoch in saved[1:-1:2]:
                self._delete_epoch(epoch)
            saved = self.list_saved_epochs()

    def _epoch_bytes(self, epoch: int) -> int:
        return self.epoch_model_path(epoch).stat().st_size

    def _delete_epoch(self, epoch: int) -> None:
        for path in (self.folder / "epochs").glob(f"{epoch:03d}.*"):
            path.unlink(missing_ok=True)


def check_name(name: str) -> str:
    """Return a run's name without surrounding spaces.

    Raises:
        RunError: It does not have 1 to 80 characters.
    """
    name = name.strip()
    if not 1 <= len(name) <= 80:
        raise RunError(
            f"A run's name must have 1 to 80 characters, not {len(name)}. Enter another name."
        )
    return name
