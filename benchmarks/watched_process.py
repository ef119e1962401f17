"""A process that reads hostile files, with its memory and time watched from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.app import ROOT

PROGRAM = (
    "import sys, pathlib; from benchmarks.hostile_doors import serve; "
    "serve(pathlib.Path(sys.argv[1]))"
)
SAMPLE_SECONDS = 0.01


@dataclass(frozen=True)
class Answer:
    """What happened to a file.

    Attributes:
        outcome: "refused", "accepted" or "fault".
        message: The message of the refusal, or the description of the fault.
        megabytes: The largest memory of the process together with its children.
        seconds: The time until the answer.
        slowest: The slowest prediction for a drawing meanwhile, in seconds.
    """

    outcome: str
    message: str
    megabytes: float
    seconds: float
    slowest: float

    def as_fault(self, message: str) -> Answer:
        """Return the answer as a fault."""
        return replace(self, outcome="fault", message=message)


class WatchedProcess:
    """The process of `benchmarks.hostile_doors`; started again if it ends or does not answer.

    Args:
        folder: Its working folder.
        runs: The folder of the runs.
        max_seconds: After so long it is killed.
    """

    def __init__(self, folder: Path, runs: Path, max_seconds: float) -> None:
        self._folder = folder
        self._runs = runs
        self._max_seconds = max_seconds
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self._runs)],
            cwd=self._folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(self._folder / "tmp"),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()  # until it is ready

    def ask(self, door: str, path: Path, name: str) -> Answer:
        """Have a file read and return what happened.

        Args:
            door: A key of `benchmarks.hostile_doors.DOORS`.
            path: The file or folder.
            name: The name that the file is sent with.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pid = self._process.pid
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the largest memory
        sampler = _Sampler(pid)
        sampler.start()
        timer = threading.Timer(self._max_seconds, self._kill)
        timer.start()
        start = time.monotonic()
        self._process.stdin.write(json.dumps([door, str(path), name]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        seconds = time.monotonic() - start
        timer.cancel()
        megabytes = sampler.stop()
        if not line:
            self.stop()
            self._start()
            message = f"the process was killed after {seconds:.0f} s, or ended"
            return Answer("fault", message, megabytes, seconds, 0.0)
        outcome, message, slowest = json.loads(line)
        return Answer(outcome, message, megabytes, seconds, slowest)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the process."""
        self._kill()
        self._process.communicate()


class _Sampler(threading.Thread):
    """Measures the memory of a process and its children again and again."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._largest = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            processes = [self._pid, *_find_children(self._pid)]
            megabytes = sum(_read_memory(each, "VmRSS") for each in processes)
            self._largest = max(self._largest, megabytes)

    def stop(self) -> float:
        """Return the largest memory in MB."""
        self._ended.set()
        self.join()
        return max(self._largest, _read_memory(self._pid, "VmHWM"))


def _find_children(pid: int) -> list[int]:
    children = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                children += [int(each) for each in (task / "children").read_text().split()]
    return children + [each for child in children for each in _find_children(child)]


def _read_memory(pid: int, field: str) -> float:
    """Return a value of /proc/PID/status in MB; 0 if the process has ended."""
    with suppress(OSError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition(f"{field}:")[2].split()[0]) / 1000
    return 0.0
