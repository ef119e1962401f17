"""Snapshots of runs that have ended, kept in memory until their folders change.

Reading a thousand runs takes about a second, and most of them never change again. The folders are
the only record: the index can be lost at any time and is filled again by reading them.

Whoever changes the record of a run that has ended also changes the time of the folder that holds
the runs (`Run.rename`, `Run.write_state`), so that one look tells that nothing has changed. What
others change, for example by hand, is seen within `SWEEP_SECONDS`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mnist_core.runs.run import Run
from mnist_core.runs.snapshot import RunSnapshot

ENDED = frozenset({"finished", "stopped", "failed"})
# A file system may give two changes within a few milliseconds the same time, so that the second
# one cannot be seen. Snapshots of folders that have just changed are therefore not kept.
SETTLED_SECONDS = 2
SWEEP_SECONDS = 2

Signature = tuple[int, int, int]


@dataclass
class _Sweep:
    """What one look at all folders found.

    Attributes:
        started: When it began, in nanoseconds.
        modified: The time of the folder that holds the runs.
        ended: Signatures and snapshots of the runs that have ended, by path.
        others: The paths of the other runs.
    """

    started: int = 0
    modified: int = 0
    ended: dict[str, tuple[Signature, RunSnapshot]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


class SnapshotIndex:
    """The snapshots of the runs in a folder. Safe to use from several threads.

    Args:
        folder: The folder that holds the runs. It need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = _Sweep()

    def read(self) -> list[RunSnapshot]:
        """Return the snapshots of all runs, in no order."""
        last = self._last
        modified = _stat(str(self._folder))[0]
        is_settled = last.started - modified > SETTLED_SECONDS * 10**9
        is_recent = 0 <= time.time_ns() - last.started < SWEEP_SECONDS * 10**9
        if modified and modified == last.modified and is_settled and is_recent:
            others = [Run(Path(path)).read() for path in last.others]
            return [*(snapshot for _, snapshot in last.ended.values()), *others]
        return self._sweep(last, modified)

    def _sweep(self, last: _Sweep, modified: int) -> list[RunSnapshot]:
        """Look at every folder, and read those that have changed."""
        sweep = _Sweep(time.time_ns(), modified)
        snapshots = []
        for path in _list_folders(self._folder):
            signature = _sign(path)
            if signature is None:
                continue
            known, snapshot = last.ended.get(path, (None, None))
            if snapshot is None or known != signature:
                snapshot = Run(Path(path)).read()
            snapshots.append(snapshot)
            is_settled = sweep.started - max(signature[:2]) > SETTLED_SECONDS * 10**9
            if snapshot.status in ENDED and is_settled:
                sweep.ended[path] = signature, snapshot
            else:
                sweep.others.append(path)
        self._last = sweep
        return snapshots


def find_runs(folder: Path) -> Iterator[Run]:
    """Return the folders that hold the record of a run, intact or damaged."""
    return (Run(Path(path)) for path in _list_folders(folder) if _sign(path) is not None)


def _list_folders(folder: Path) -> list[str]:
    """Return the paths of the folders in a folder, without hidden ones."""
    with suppress(OSError), os.scandir(folder) as entries:
        return [entry.path for entry in entries if entry.name[0] != "." and entry.is_dir()]
    return []


def _sign(path: str) -> Signature | None:
    """Return values that differ after every change of a run's record; None if there is no record.

    A file that is replaced changes the time of its folder. A state that is overwritten in place, on
    a full disk, changes its own time or size.
    """
    state_time, size = _stat(f"{path}/state.json")
    if not state_time and not os.path.lexists(f"{path}/run.json"):
        return None
    return _stat(path)[0], state_time, size


def _stat(path: str) -> tuple[int, int]:
    """Return a file's time of modification in nanoseconds and its size; zeros if it is missing."""
    try:
        status = os.stat(path)  # noqa: PTH116  (a thousand paths as objects take longer)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
