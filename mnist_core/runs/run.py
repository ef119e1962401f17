"""A training run: its actions and the files that grow while it trains."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from mnist_core.datasets.mnist import SIDE
from mnist_core.files import read_regular_file
from mnist_core.messages import Message, message
from mnist_core.runs.checkpoint import read_checkpoint_results, write_checkpoint
from mnist_core.runs.epoch_models import delete_epoch_model
from mnist_core.runs.json_file import overwrite_json, read_json, write_json
from mnist_core.runs.jsonl import append_line, read_lines, write_lines
from mnist_core.runs.locks import is_locked
from mnist_core.runs.names import check_name
from mnist_core.runs.paths import RunPaths
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import (
    RESUMABLE,
    RunSnapshot,
    Status,
    read_snapshot,
)
from mnist_core.runs.write_errors import explain_failure
from mnist_core.training.epochs import EpochResult, Progress

MAX_DRAWING_BYTES = 2**16


class Run(RunPaths):
    """One training run. It holds no data: every call reads or writes the run's folder."""

    @cached_property
    def lock(self) -> FileLock:
        """The run's lock, held by the process that trains."""
        return FileLock(self.lock_path)

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
            content = read_regular_file(self.drawing_path, MAX_DRAWING_BYTES)
            image = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
        except Exception:  # NumPy raises many types that share no base.
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
        with explain_failure(
            RunError, message("The run “{name}” cannot be stopped.", name=self.read().name)
        ):
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
        with explain_failure(RunError, message("The run “{name}” cannot be trained.", name=name)):
            try:
                self.lock.acquire(timeout=2)  # a probe by another process holds it for a moment
            except Timeout as error:
                raise RunError(
                    message(
                        "The run “{name}” is being trained by another process; wait for its end.",
                        name=name,
                    )
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
                message(
                    "The run “{name}” is {status} and cannot be resumed; only a run that was "
                    "interrupted, stopped or has failed can.",
                    name=before.name,
                    status=before.status,
                )
            )
        self.claim()
        try:
            with explain_failure(
                RunError, message("The run “{name}” cannot be resumed.", name=before.name)
            ):
                self.stop_path.unlink(missing_ok=True)
                self.write_state(status=status, reason=None, reason_message=None)
        except RunError:
            self.lock.release()
            raise

    def rename(self, name: str) -> None:
        """Give the run a name of 1 to 80 characters.

        Raises:
            RunError: The name is empty, too long or has characters that cannot be shown, the
                run's record is damaged, or its folder cannot be written.
        """
        before = self.read()
        if before.config_error is not None:  # a damaged record must not be replaced
            raise before.config_error
        request = {**read_json(self.request_path), "name": check_name(name)}
        with explain_failure(
            RunError, message("The run “{name}” cannot be renamed.", name=before.name)
        ):
            write_json(self.request_path, request)
        self._announce_change()

    def write_state(self, **changes: Any) -> None:
        """Replace some of the worker's values; None removes one."""
        state = {**read_json(self.state_path), **changes}
        write_json(self.state_path, {k: v for k, v in state.items() if v is not None})
        self._announce_change()

    def _announce_change(self) -> None:
        """Change the time of the folder that holds the runs, for every `SnapshotIndex`."""
        with suppress(OSError):
            os.utime(self.folder.parent)

    def write_failure(self, reason: str) -> None:
        """Record that the training failed, even if the disk is full.

        Args:
            reason: The reason, as a sentence.

        Raises:
            OSError: The state cannot be written at all.
        """
        parts = reason.to_dict() if isinstance(reason, Message) else None
        failure = {"reason": reason, "reason_message": parts}
        try:
            self.write_state(status="failed", **failure)
        except OSError:
            state = {**read_json(self.state_path), "status": "failed", **failure}
            overwrite_json(self.state_path, state)

    def append_batch(self, progress: Progress) -> None:
        """Add a progress report."""
        append_line(self.batches_path, progress)

    def append_epoch(self, result: EpochResult) -> None:
        """Add the result of an epoch."""
        append_line(self.epochs_path, result)

    def write_checkpoint(self, result: EpochResult, save_model: Callable[[Path], object]) -> None:
        """Replace the checkpoint, before the epoch's model and result are recorded.

        Args:
            result: The result of the epoch that has just ended.
            save_model: Writes the model with the state of its optimizer to a path.

        Raises:
            OSError: The folder cannot be written or the disk is full.
        """
        earlier = [each for each in self.read_epochs() if each.epoch < result.epoch]
        write_checkpoint(self.checkpoint_path, save_model, [*earlier, result])

    def restore_epoch(self, epoch: int) -> None:
        """Make the record end with the epoch of the checkpoint, before training resumes there.

        Results that were not recorded before the process was killed are taken from the checkpoint.
        What was recorded after the epoch is deleted, and so are partial files, but for a partial
        request, which the app may be writing.

        Args:
            epoch: The epoch, counted from 1; 0 to start again.
        """
        results = {each.epoch: each for each in self.read_epochs()}
        results |= {
            each.epoch: each for each in read_checkpoint_results(self.checkpoint_path) or []
        }
        write_lines(self.epochs_path, [results[n] for n in sorted(results) if n <= epoch])
        batches = [each for each in self.read_batches() if each.epoch <= epoch]
        write_lines(self.batches_path, batches)
        for saved_epoch in self.list_saved_epochs():
            if saved_epoch > epoch:
                delete_epoch_model(self, saved_epoch)
        for folder in (self.folder, self.folder / "epochs"):
            for pattern in (".*.keras", ".*.onnx", ".*.jsonl", ".state-*.json"):
                for leftover in folder.glob(pattern):
                    leftover.unlink(missing_ok=True)
