"""Training on this machine: keeps worker processes alive beside the app."""

from __future__ import annotations

import atexit
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from mnist_core.child_process import make_environment
from mnist_core.errors import MnistError
from mnist_core.messages import message
from mnist_core.runs.store import RunStore
from mnist_core.runs.write_errors import explain_failure

logger = logging.getLogger(__name__)

LOG = ".worker.log"
WATCH_SECONDS = 0.5
MIN_UPTIME_SECONDS = 20
RETRY_SECONDS = 15


class LocalExecutorError(MnistError):
    """The folder of the runs cannot be written."""


@dataclass
class _Worker:
    """A worker process.

    Attributes:
        process: The process.
        early_exits: How many workers before it, in a row, exited within `MIN_UPTIME_SECONDS`.
        started: When it was started, on the monotonic clock.
    """

    process: subprocess.Popen[bytes]
    early_exits: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        return time.monotonic() - self.started


class LocalExecutor:
    """Starts workers, and replaces each one that exits.

    If a worker is training a run when it exits, the run is marked as failed. If a worker exits
    within `MIN_UPTIME_SECONDS` twice in a row while idle, the next start is delayed by
    `RETRY_SECONDS`.

    Args:
        store: The runs.
        size: The number of workers.

    Raises:
        LocalExecutorError: The folder of the runs cannot be written.
    """

    def __init__(self, store: RunStore, size: int = 1) -> None:
        self._store = store
        self._closing = threading.Event()
        self._problem: str | None = None
        failure = message(
            "No training worker can be started for the folder {folder}.", folder=store.folder
        )
        with explain_failure(LocalExecutorError, failure):
            store.folder.mkdir(parents=True, exist_ok=True)
            (store.folder / LOG).touch()
        self._workers = [self._start() for _ in range(size)]
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.close)

    @property
    def problem(self) -> str | None:
        """Why nothing is being trained, as a sentence; None if the workers keep running."""
        return self._problem

    def close(self) -> None:
        """Kill the workers. A run that one of them trains can be resumed later."""
        self._closing.set()
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()

    def _start(self, early_exits: int = 0) -> _Worker:
        with (self._store.folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                # The working folder stays that of the app, as settings may hold relative paths.
                [sys.executable, "-P", "-m", "mnist_core.jobs.worker", str(self._store.folder)],
                env=make_environment(),
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
                    # Other workers must be supervised, and this one again later.
                    logger.exception("A training worker could not be supervised")
                    self._closing.wait(RETRY_SECONDS)

    def _supervise(self, worker: _Worker) -> _Worker:
        """Return the worker if it runs, otherwise its successor."""
        if worker.process.poll() is None:
            if worker.age > MIN_UPTIME_SECONDS:
                self._problem = None
            return worker
        if self._record_death(worker.process) or worker.age > MIN_UPTIME_SECONDS:
            return self._start()
        if worker.early_exits == 0:
            return self._start(early_exits=1)
        self._problem = message(
            "The training worker exits as soon as it is started. See the last lines of {folder} "
            "for the reason. The next start follows in {retry_seconds} seconds.",
            folder=self._store.folder / LOG,
            retry_seconds=RETRY_SECONDS,
        )
        if worker.age < RETRY_SECONDS:
            return worker
        return self._start(early_exits=worker.early_exits + 1)

    def _record_death(self, process: subprocess.Popen[bytes]) -> bool:
        """Mark the run that a dead worker was training as failed; return whether there was one."""
        for snapshot in self._store.list():
            state = snapshot.state
            ours = (state.get("host"), state.get("worker")) == (socket.gethostname(), process.pid)
            if ours and snapshot.status == "interrupted":
                snapshot.run.write_failure(_describe_exit(process.returncode))
                return True
        return False


def _describe_exit(code: int) -> str:
    """Return how a process ended, as a sentence. A negative code is the number of a signal."""
    if hasattr(signal, "SIGKILL") and code == -signal.SIGKILL:
        return message("The training process was killed, possibly because it ran out of memory.")
    if code < 0:
        return message("The training process ended unexpectedly (signal {signal}).", signal=-code)
    return message("The training process ended unexpectedly (exit status {code}).", code=code)
