"""The record of training runs: one folder per run, the only truth about it.

    runs/20261123-164500-compact-3f2a/
        run.json           the name, the configuration and when it was asked for
        drawing.npy        what the person had drawn who asked for it, if anything
        state.json         status, reason of a failure, versions, hash of the data; by the worker
        batches.jsonl      loss and accuracy as they come, a line about five times a second
        epochs.jsonl       one line an epoch
        stop               present once a person asked to stop
        lock               held by the process that trains
        checkpoint.keras   weights and optimizer state of the last whole epoch
        epochs/003.onnx    the network as it was after epoch 3
        model.keras        the trained network
        model.onnx         the same, as the app answers with it
        model.npz          its answers to the test images; 003.npz those of epoch 3
        model.features.npz what it makes of the training images, once neighbors were looked for
        saved_model.zip    the trained network for TensorFlow Serving, once asked for

JSON and model files are replaced whole; the line files only grow, and a torn last line is left
out when they are read. A process that dies lets go of the lock, so a run that says it is running
while nobody holds its lock was interrupted, and goes on from its checkpoint when asked to.
"""

from __future__ import annotations

import json
import secrets
import shutil
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import MAXYEAR, UTC, datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from filelock import FileLock, Timeout

from mnist_core.config import ConfigError, TrainingConfig
from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError
from mnist_core.files import write_atomically
from mnist_core.runs.jsonl import append_line, is_sound, keep_lines, read_lines
from mnist_core.runs.location import find_runs_folder
from mnist_core.runs.write_errors import explain_failure
from mnist_core.training.fit_diagnosis import Results
from mnist_core.training.trainer import EpochResult, Progress

Status = Literal[
    "queued", "running", "stopping", "finished", "stopped", "failed", "interrupted", "damaged"
]
STATUSES = frozenset(get_args(Status))
ACTIVE: frozenset[Status] = frozenset({"queued", "running", "stopping"})
MAX_EPOCH_BYTES = 128 * 2**20
RESUMABLE: frozenset[Status] = frozenset({"interrupted", "stopped", "failed"})

_probe_lock = threading.Lock()  # so that two threads that look at a lock do not see each other


class RunError(MnistError):
    """A run does not exist, cannot be read, or cannot do what it was asked to."""


class Run:
    """One training run, read from its folder whenever it is asked for something."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.lock = FileLock(folder / "lock")

    @property
    def name(self) -> str:
        """The name that a person gave, or else what was trained and when, in local time."""
        given = self._request.get("name")
        if given:
            return str(given)
        try:
            config = self.config
        except RunError:
            return self.id
        epochs = "1 epoch" if config.epochs == 1 else f"{config.epochs} epochs"
        return f"{config.model.title()}, {epochs}, {self.created.astimezone():%d %b %H:%M:%S}"

    @property
    def created(self) -> datetime:
        """When the run was asked for, in UTC; 1970 where that cannot be read."""
        unknown = datetime.fromtimestamp(0, UTC)
        try:
            created = datetime.fromisoformat(self._request["created"]).astimezone(UTC)
        except (KeyError, TypeError, ValueError, OverflowError):
            return unknown
        # The calendar's first and last days do not exist in every time zone.
        return created if unknown.year <= created.year < MAXYEAR else unknown

    @cached_property
    def config(self) -> TrainingConfig:
        """The hyperparameters.

        Raises:
            RunError: The folder does not hold a configuration that can be read.
        """
        try:
            return TrainingConfig.from_dict(self._request["config"])
        except (KeyError, TypeError, ConfigError) as error:
            raise RunError(
                f"The settings of the run {self.id} cannot be read ({error}); expected the "
                "run.json that the app wrote. Delete the run, or restore its folder."
            ) from error

    @property
    def state(self) -> dict[str, Any]:
        """What the worker wrote last: "status", and perhaps "reason", "versions", "data"."""
        return _read_json(self.folder / "state.json")

    @property
    def status(self) -> Status:
        """Where the run stands; "interrupted" where its process is gone, "damaged" where its
        files cannot be read.
        """
        try:
            self.config  # noqa: B018  (reading it is the check)
            status: Status = self.state["status"]
        except (RunError, KeyError):
            return "damaged"
        if not isinstance(status, str) or status not in STATUSES:
            return "damaged"
        if status == "running" and not self.is_locked():
            # It may have ended between the two looks.
            status = self.state.get("status", "damaged")
            return "interrupted" if status == "running" else status
        if status == "running" and self.stop_requested:
            return "stopping"
        return status

    @property
    def reason(self) -> str | None:
        """Why the run failed, as a sentence."""
        reason = self.state.get("reason")
        return None if reason is None else str(reason)

    @property
    def results(self) -> Results | None:
        """How the trained network reads training and test images, once that is known.

        There are none while the run waits or is trained: those in its record are then from before
        it was resumed.
        """
        state = self.state
        values = None if state.get("status") in ("queued", "running") else state.get("results")
        if not isinstance(values, dict) or set(values) != {f.name for f in fields(Results)}:
            return None
        if not all(is_sound(name, value) for name, value in values.items()):
            return None
        return Results(**values)

    @property
    def epochs(self) -> list[EpochResult]:
        """What each finished epoch gave."""
        return read_lines(self.folder / "epochs.jsonl", EpochResult)

    @property
    def batches(self) -> list[Progress]:
        """The progress reports so far."""
        return read_lines(self.folder / "batches.jsonl", Progress)

    @property
    def stop_requested(self) -> bool:
        """Whether a person asked for the end."""
        return (self.folder / "stop").exists()

    @property
    def drawing(self) -> np.ndarray | None:
        """What the person had drawn who asked for the run, (28, 28) float32 in 0..1, if any."""
        try:
            image: np.ndarray = np.load(self.folder / "drawing.npy", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return image if image.shape == (SIDE, SIDE) and image.dtype == np.float32 else None

    @property
    def model_path(self) -> Path:
        """Where the trained network lies once there is one."""
        return self.folder / "model.onnx"

    @property
    def keras_path(self) -> Path:
        """Where the same network lies as Keras saves it."""
        return self.folder / "model.keras"

    @property
    def saved_model_path(self) -> Path:
        """Where the same network lies as a zipped SavedModel, once that was asked for."""
        return self.folder / "saved_model.zip"

    @property
    def checkpoint_path(self) -> Path:
        """Where the state after the last whole epoch lies."""
        return self.folder / "checkpoint.keras"

    def epoch_model_path(self, epoch: int) -> Path:
        """Where the network as it was after an epoch (from 1) lies, if it was kept."""
        return self.folder / "epochs" / f"{epoch:03d}.onnx"

    @property
    def kept_epochs(self) -> list[int]:
        """The epochs whose networks were kept, in order."""
        paths = (self.folder / "epochs").glob("[0-9][0-9][0-9].onnx")
        return sorted(int(path.stem) for path in paths)

    @property
    def completed_epochs(self) -> int:
        """How many whole epochs were trained. A part of one more may have come before a stop."""
        return max(self.kept_epochs, default=0)

    @property
    def resumes_after(self) -> int:
        """After how many epochs the run goes on if it is resumed, 0 where it starts again.

        One fewer where the process was killed between writing an epoch's model and the checkpoint.
        """
        return self.completed_epochs if self.checkpoint_path.exists() else 0

    def is_locked(self) -> bool:
        """Whether a process is training this run right now."""
        try:
            with _probe_lock, FileLock(self.folder / "lock", timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # a folder that cannot be written, so that nothing is trained in it
            return False

    def request_stop(self) -> None:
        """Ask for the end. What was learnt is kept; a queued run is stopped at once.

        Raises:
            RunError: The folder cannot be written.
        """
        with explain_failure(RunError, f"The run “{self.name}” cannot be stopped"):
            (self.folder / "stop").touch()
            with suppress(Timeout), self.lock.acquire(timeout=0):  # else a worker has just taken it
                if self.status == "queued":
                    self.write_state(status="stopped")

    def claim(self) -> None:
        """Hold the lock, until it is released as often as it was claimed.

        Raises:
            RunError: Another process trains this run, or its folder cannot be written.
        """
        with explain_failure(RunError, f"The run “{self.name}” cannot be trained"):
            try:
                self.lock.acquire(timeout=2)  # a look at it by another process holds it shortly
            except Timeout as error:
                raise RunError(
                    f"The run “{self.name}” is being trained by another process; wait for its end."
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
        before = self.status
        if before not in RESUMABLE:
            raise RunError(
                f"The run “{self.name}” is {before} and cannot be resumed; only a run that was "
                "interrupted, stopped or has failed can."
            )
        self.claim()
        try:
            with explain_failure(RunError, f"The run “{self.name}” cannot be resumed"):
                (self.folder / "stop").unlink(missing_ok=True)
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
        self.config  # noqa: B018  (a record that cannot be read must not be replaced)
        request = {**self._request, "name": _check_name(name)}
        with explain_failure(RunError, f"The run “{self.name}” cannot be renamed"):
            _write_json(self.folder / "run.json", request)
        self._request = request

    def write_state(self, **changes: Any) -> None:
        """Replace some of the worker's values, None to take one away."""
        state = {**self.state, **changes}
        _write_json(self.folder / "state.json", {k: v for k, v in state.items() if v is not None})

    def append_batch(self, progress: Progress) -> None:
        """Add a progress report."""
        append_line(self.folder / "batches.jsonl", progress)

    def append_epoch(self, result: EpochResult) -> None:
        """Add what an epoch gave."""
        append_line(self.folder / "epochs.jsonl", result)

    def truncate_after(self, epoch: int) -> None:
        """Drop what was recorded after the end of an epoch, as a run resumed there needs.

        What a writer that was killed left behind half-written goes with it.
        """
        keep_lines(self.folder / "epochs.jsonl", EpochResult, epoch)
        keep_lines(self.folder / "batches.jsonl", Progress, epoch)
        for kept_epoch in self.kept_epochs:
            if kept_epoch > epoch:
                self._drop_epoch(kept_epoch)
        for folder in (self.folder, self.folder / "epochs"):
            for pattern in (".*.keras", ".*.onnx", ".*.jsonl"):
                for leftover in folder.glob(pattern):
                    leftover.unlink(missing_ok=True)

    def prune_epoch_models(self) -> None:
        """Drop every second kept epoch but the first and the last until they fit their space."""
        kept = self.kept_epochs
        while len(kept) > 2 and sum(self._size(epoch) for epoch in kept) > MAX_EPOCH_BYTES:
            for epoch in kept[1:-1:2]:
                self._drop_epoch(epoch)
            kept = self.kept_epochs

    def _size(self, epoch: int) -> int:
        return self.epoch_model_path(epoch).stat().st_size

    def _drop_epoch(self, epoch: int) -> None:
        for path in (self.folder / "epochs").glob(f"{epoch:03d}.*"):
            path.unlink(missing_ok=True)

    @cached_property
    def _request(self) -> dict[str, Any]:
        return _read_json(self.folder / "run.json")


class RunStore:
    """The folder that holds the runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def create(
        self,
        config: TrainingConfig,
        name: str | None = None,
        status: Status = "queued",
        drawing: np.ndarray | None = None,
    ) -> Run:
        """Write a new run, for a worker to take unless `status` says otherwise.

        Args:
            config: The hyperparameters.
            name: What it is called, or else it is called by what is trained.
            status: The first status.
            drawing: (28, 28) float32 in 0..1, to be read again after every epoch.

        Raises:
            RunError: The name is empty or too long, or the folder cannot be written.
        """
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%d-%H%M%S}-{config.model}-{secrets.token_hex(2)}"
        request = {
            "name": None if name is None else _check_name(name),
            "created": now.isoformat(),
            "config": config.to_dict(),
        }
        # Listed only once it is whole.
        draft = Run(self.folder / f".{run_id}")
        try:
            with explain_failure(RunError, f"The training run cannot be recorded in {self.folder}"):
                (draft.folder / "epochs").mkdir(parents=True)
                _write_json(draft.folder / "run.json", request)
                if drawing is not None:
                    np.save(draft.folder / "drawing.npy", drawing)
                draft.write_state(status=status)
                draft.folder.rename(self.folder / run_id)
        except RunError:
            shutil.rmtree(draft.folder, ignore_errors=True)
            raise
        return Run(self.folder / run_id)

    def list(self) -> Sequence[Run]:
        """Return all runs, the newest first; those too damaged to say when come last."""
        return sorted(self._find(), key=lambda run: (run.created, run.id), reverse=True)

    def _find(self) -> Iterable[Run]:
        """Find what has the record of a run, whole or damaged, and nothing else."""
        records = chain(self.folder.glob("[!.]*/run.json"), self.folder.glob("[!.]*/state.json"))
        return map(Run, {record.parent for record in records})

    def get(self, run_id: str) -> Run:
        """Find a run by its id.

        Raises:
            RunError: There is none.
        """
        for run in self._find():
            if run.id == run_id:
                return run
        raise RunError(
            f"There is no run “{run_id}”; expected the name of one of the folders in {self.folder}."
        )

    def queue(self) -> Sequence[Run]:
        """Return the runs that wait, the first in line first."""
        waiting = [run for run in self._find() if run.state.get("status") == "queued"]
        return sorted(
            (run for run in waiting if run.status == "queued"), key=lambda run: run.created
        )

    def delete(self, run: Run) -> None:
        """Delete a run with all its files.

        Raises:
            RunError: It is being trained, or the folder cannot be written.
        """
        if run.status in {"running", "stopping"}:
            raise RunError(
                f"The run “{run.name}” is being trained and cannot be deleted; stop it first."
            )
        # Renamed first, so that no half-deleted run is ever listed.
        doomed = self.folder / f".deleted-{run.id}-{secrets.token_hex(2)}"
        with explain_failure(RunError, f"The run “{run.name}” cannot be deleted"):
            run.folder.rename(doomed)
            shutil.rmtree(doomed)


def open_store() -> RunStore:
    """Return the runs in the folder that `MNIST_RUNS_DIR` names, or in the default folder."""
    return RunStore(find_runs_folder())


def make_unique(names: Iterable[str]) -> list[str]:
    """Return the names with a number after each that came before, as lists to choose from need."""
    unique: list[str] = []
    for name in names:
        numbered = (f"{name} ({number})" for number in count(2))
        unique.append(next(each for each in chain([name], numbered) if each not in unique))
    return unique


def _check_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 80:
        raise RunError(
            f"A run's name must have 1 to 80 characters, not {len(name)}. Enter another name."
        )
    return name


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2))
