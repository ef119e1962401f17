"""All training runs: one folder per run, and no other record of them."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.messages import message
from mnist_core.runs.json_file import write_json
from mnist_core.runs.location import find_runs_folder
from mnist_core.runs.names import check_name
from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot, Status
from mnist_core.runs.snapshot_index import SnapshotIndex, find_runs
from mnist_core.runs.write_errors import explain_failure

REMAINS_SECONDS = 3600  # no process takes so long to create or delete a folder


class RunStore:
    """The folder that holds the runs.

    Args:
        folder: The folder, which is created with the first run.

    Examples:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = RunStore(Path(folder.name))
        >>> run = store.create(TrainingConfig(epochs=3), name="First try")
        >>> snapshot = run.read()
        >>> snapshot.name, snapshot.status, snapshot.config.epochs
        ('First try', 'queued', 3)
        >>> [each.name for each in store.list()]
        ['First try']
        >>> folder.cleanup()
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._index = SnapshotIndex(self.folder)

    def create(
        self,
        config: TrainingConfig,
        name: str | None = None,
        status: Status = "queued",
        drawing: np.ndarray | None = None,
        add_files: Callable[[Run], object] | None = None,
    ) -> Run:
        """Create a run.

        Args:
            config: The hyperparameters.
            name: Its name, of 1 to 80 characters; by default network, epochs and time.
            status: The first status. Workers train queued runs.
            drawing: (28, 28) float32 in 0..1, to be classified after every epoch.
            add_files: Writes more files of the run before others can see it.

        Raises:
            RunError: The name is empty, too long or has characters that cannot be shown, or the
                folder cannot be written.
        """
        created = self._next_time()
        request = {
            "name": None if name is None else check_name(name),
            "created": created.isoformat(),
            "config": config.to_dict(),
        }
        # Hidden until it is complete.
        draft = Run(self.folder / f".new-{secrets.token_hex(8)}")
        failure = message("The training run cannot be recorded in {folder}.", folder=self.folder)
        self._remove_remains()
        try:
            with explain_failure(RunError, failure):
                (draft.folder / "epochs").mkdir(parents=True)
                write_json(draft.request_path, request)
                if drawing is not None:
                    np.save(draft.drawing_path, drawing)
                if add_files is not None:
                    add_files(draft)
                draft.write_state(status=status)
                return self._publish(draft, f"{created:%Y%m%d-%H%M%S}-{config.model}")
        except RunError:
            shutil.rmtree(draft.folder, ignore_errors=True)
            raise

    def _remove_remains(self) -> None:
        """Delete folders that a killed process was creating or deleting."""
        for folder in chain(self.folder.glob(".new-*"), self.folder.glob(".deleted-*")):
            with suppress(OSError):
                if time.time() - folder.lstat().st_mtime > REMAINS_SECONDS:
                    shutil.rmtree(folder)

    def _next_time(self) -> datetime:
        """Return the current time, or one after all queued runs if the clock was set back."""
        times = (run.read().created + timedelta(microseconds=1) for run in self.queue())
        return max([datetime.now(UTC), *times])

    def _publish(self, draft: Run, prefix: str) -> Run:
        """Give a complete run an id that no other run has."""
        run = Run(self.folder / f"{prefix}-{secrets.token_hex(4)}")
        while run.folder.exists():
            run = Run(self.folder / f"{prefix}-{secrets.token_hex(4)}")
        draft.folder.rename(run.folder)
        return run

    def list(self) -> Sequence[RunSnapshot]:
        """Read all runs, the newest first; those without a readable time come last."""
        return sorted(self._index.read(), key=lambda each: (each.created, each.id), reverse=True)

    def get(self, run_id: str) -> Run:
        """Find a run by its id.

        Raises:
            RunError: There is none.
        """
        for run in find_runs(self.folder):
            if run.id == run_id:
                return run
        raise RunError(
            message(
                "There is no run “{run_id}”; expected the name of one of the folders in {folder}.",
                run_id=run_id,
                folder=self.folder,
            )
        )

    def queue(self) -> Sequence[Run]:
        """Return the queued runs, the oldest first."""
        return [each.run for each in reversed(self.list()) if each.status == "queued"]

    def delete(self, run: Run) -> None:
        """Delete a run with all its files.

        Raises:
            RunError: It is being trained, or the folder cannot be written.
        """
        before = run.read()
        if before.status in {"running", "stopping"}:
            raise RunError(
                message(
                    "The run “{name}” is being trained and cannot be deleted; stop it first.",
                    name=before.name,
                )
            )
        # Renamed first, so that a partly deleted run is never listed.
        doomed = self.folder / f".deleted-{secrets.token_hex(8)}"
        with (
            explain_failure(
                RunError, message("The run “{name}” cannot be deleted.", name=before.name)
            ),
            suppress(FileNotFoundError),  # another person was quicker
        ):
            run.folder.rename(doomed)
            shutil.rmtree(doomed)


def open_store() -> RunStore:
    """Return the runs in the folder that `MNIST_RUNS_DIR` names, or in the default folder.

    Examples:
        >>> open_store().folder.is_absolute()
        True
    """
    return RunStore(find_runs_folder())


def make_unique(names: Iterable[str]) -> list[str]:
    """Append numbers to repeated names, so that all are distinct.

    Examples:
        >>> make_unique(["Mine", "Yours", "Mine"])
        ['Mine', 'Yours', 'Mine (2)']
    """
    unique: dict[str, None] = {}
    next_number: Counter[str] = Counter()
    for name in names:
        title = name
        while title in unique:
            title = f"{name} ({next_number[name] + 2})"
            next_number[name] += 1
        unique[title] = None
    return list(unique)


def name_distinctly(snapshots: Iterable[RunSnapshot]) -> dict[str, str]:
    """Return a name for each run, by its id; equal names are numbered from the oldest run on.

    Args:
        snapshots: All runs, the newest first.
    """
    by_age = list(snapshots)[::-1]
    names = make_unique(each.name for each in by_age)
    return {each.id: name for each, name in zip(by_age, names, strict=True)}
