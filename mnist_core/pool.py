"""Keeps training workers alive beside the app."""

from __future__ import annotations

import atexit
import signal
import subprocess
import sys
import threading
from pathlib import Path

from mnist_core.runs import RunStore

PROJECT = Path(__file__).parents[1]
WATCH_SECONDS = 0.5


class WorkerPool:
    """Starts workers, notices when one dies, records why, and starts another."""

    def __init__(self, store: RunStore, size: int = 1) -> None:
        self._store = store
        self._closing = threading.Event()
        store.folder.mkdir(parents=True, exist_ok=True)
        self._workers = [self._start() for _ in range(size)]
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.close)

    def close(self) -> None:
        """End the workers. A run that one of them trains can be resumed later."""
        self._closing.set()
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._store.folder / ".worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "mnist_core.worker", str(self._store.folder.resolve())],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            for index, worker in enumerate(self._workers):
                if worker.poll() is not None and not self._closing.is_set():
                    self._record_death(worker)
                    self._workers[index] = self._start()

    def _record_death(self, worker: subprocess.Popen[bytes]) -> None:
        code = worker.returncode
        cause = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        for run in self._store.list():
            state = run.state
            if state.get("worker") == worker.pid and state.get("status") == "running":
                run.write_state(
                    status="failed",
                    reason=f"The training process ended unexpectedly ({cause}). "
                    "Resume the run to go on from its last whole epoch.",
                )
