"""Keeps training workers alive beside the app."""

from __future__ import annotations

import atexit
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from mnist_core.runs import RunStore

PROJECT = Path(__file__).parents[1]
LOG = ".worker.log"
WATCH_SECONDS = 0.5
YOUNG_SECONDS = 20
RETRY_SECONDS = 15


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    died_young: int = 0
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
        store.folder.mkdir(parents=True, exist_ok=True)
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

    def _start(self, died_young: int = 0) -> _Worker:
        with (self._store.folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mnist_core.worker", str(self._store.folder.resolve())],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        return _Worker(process, died_young)

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            for index, worker in enumerate(self._workers):
                self._workers[index] = self._look_after(worker)

    def _look_after(self, worker: _Worker) -> _Worker:
        """Return the worker while it lives, and its successor where it has died."""
        if worker.process.poll() is None:
            if worker.age > YOUNG_SECONDS:
                self._problem = None
            return worker
        if self._record_death(worker.process) or worker.age > YOUNG_SECONDS:
            return self._start()
        if worker.died_young == 0:
            return self._start(died_young=1)
        self._problem = (
            "The training worker ends as soon as it is started. The last lines of "
            f"{self._store.folder / LOG} say why; it is tried again every {RETRY_SECONDS} seconds."
        )
        if worker.age < RETRY_SECONDS:
            return worker
        return self._start(died_young=worker.died_young + 1)

    def _record_death(self, process: subprocess.Popen[bytes]) -> bool:
        """Mark the run that a dead worker was training as failed; False where there was none."""
        code = process.returncode
        cause = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        for run in self._store.list():
            state = run.state
            if state.get("worker") == process.pid and state.get("status") == "running":
                run.write_state(
                    status="failed",
                    reason=f"The training process ended unexpectedly ({cause}).",
                )
                return True
        return False
