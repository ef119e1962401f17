"""Keeps training workers alive beside the app."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mnist_core.errors import MnistError
from mnist_core.runs.store import RunStore

logger = logging.getLogger(__name__)

PACKAGE_PARENT = str(Path(__file__).parents[2])
LOG = ".worker.log"
MAX_WORKERS = 32
WATCH_SECONDS = 0.5
MIN_UPTIME_SECONDS = 20
RETRY_SECONDS = 15


class PoolError(MnistError):
    """The workers cannot be started as they were asked for."""


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    early_exits: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        return time.monotonic() - self.started


class WorkerPool:
    """Starts workers, notices when one dies, records why, and starts another.

    Where one dies young twice in a row with no run in its hands, the reason is likely to last:
    the next one is started only after a while.
    """

    def __init__(self, store: RunStore, size: int = 1) -> None:
        self._store = store
        self._closing = threading.Event()
        self._problem: str | None = None
        try:
            store.folder.mkdir(parents=True, exist_ok=True)
            (store.folder / LOG).touch()
        except OSError as error:
            raise PoolError(
                f"The folder {store.folder} for training runs cannot be written "
                f"({error.strerror}). Set MNIST_RUNS_DIR to a folder that can."
            ) from error
        self._workers = [self._start() for _ in range(size)]
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.close)

    @property
    def problem(self) -> str | None:
        """Why nothing is being trained, as a sentence, where workers keep dying."""
        return self._problem

    def close(self) -> None:
        """End the workers. A run that one of them trains can be resumed later."""
        self._closing.set()
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()

    def _start(self, early_exits: int = 0) -> _Worker:
        with (self._store.folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "mnist_core.jobs.worker", str(self._store.folder)],
                env=_worker_environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        return _Worker(process, early_exits)

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            for index, worker in enumerate(self._workers):
                try:
                    self._workers[index] = self._supervise(worker)
                except Exception:
                    # The watch goes on, whatever one look met; this worker is looked at again.
                    logger.exception("A training worker could not be looked after")
                    self._closing.wait(RETRY_SECONDS)

    def _supervise(self, worker: _Worker) -> _Worker:
        """Return the worker while it lives, and its successor where it has died."""
        if worker.process.poll() is None:
            if worker.age > MIN_UPTIME_SECONDS:
                self._problem = None
            return worker
        if self._record_death(worker.process) or worker.age > MIN_UPTIME_SECONDS:
            return self._start()
        if worker.early_exits == 0:
            return self._start(early_exits=1)
        self._problem = (
            "The training worker ends as soon as it is started. The last lines of "
            f"{self._store.folder / LOG} say why; it is tried again every {RETRY_SECONDS} seconds."
        )
        if worker.age < RETRY_SECONDS:
            return worker
        return self._start(early_exits=worker.early_exits + 1)

    def _record_death(self, process: subprocess.Popen[bytes]) -> bool:
        """Mark the run that a dead worker was training as failed; False where there was none."""
        code = process.returncode
        if code == -signal.SIGKILL:
            reason = "The training process was killed, perhaps for want of memory."
        else:
            cause = signal.Signals(-code).name if code < 0 else f"exit status {code}"
            reason = f"The training process ended unexpectedly ({cause})."
        for snapshot in self._store.list():
            state = snapshot.state
            ours = (state.get("host"), state.get("worker")) == (socket.gethostname(), process.pid)
            if ours and snapshot.status == "interrupted":
                snapshot.run.write_state(status="failed", reason=reason)
                return True
        return False


def _worker_environment() -> dict[str, str]:
    """Return an environment in which a worker finds this package, installed or not.

    The working folder stays that of the app, since settings may hold relative paths; with -P no
    module is imported from there.
    """
    path = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([PACKAGE_PARENT, path]) if path else PACKAGE_PARENT,
    }


class Executor(Protocol):
    """What trains the queued runs: workers on this machine, or a cluster."""

    @property
    def problem(self) -> str | None:
        """Why nothing is being trained, as a sentence, None where all is well."""

    def close(self) -> None:
        """End it. Runs that it trains can be resumed later, where they do not go on elsewhere."""


def open_executor(store: RunStore, environment: Mapping[str, str] = os.environ) -> Executor:
    """Start what trains the runs of a store.

    With `MNIST_SCHEDULER` set to the address of a Dask scheduler that is its cluster, and else
    as many workers on this machine as `MNIST_WORKERS` says, 1 by default.

    Raises:
        PoolError: A setting cannot be used, or the folder of the runs cannot be written.
    """
    address = environment.get("MNIST_SCHEDULER")
    if address:
        from mnist_core.jobs.dask_executor import ClusterQueue

        return ClusterQueue(store, address)
    wanted = environment.get("MNIST_WORKERS", "1")
    if not wanted.isdecimal() or not 1 <= int(wanted) <= MAX_WORKERS:
        raise PoolError(
            f"MNIST_WORKERS must be a whole number from 1 to {MAX_WORKERS}, not “{wanted}”. "
            "Correct it, or unset it for one worker."
        )
    return WorkerPool(store, int(wanted))
