"""A stopwatch that leaves out the time in which other processes had the processor.

Linux counts, for each thread, how long it ran and how long it was ready and waited for a processor
(`/proc/PID/task/TID/schedstat`, in nanoseconds). On a machine that is idle, nearly all of a
duration is the first. On systems without these counts, the stopwatch shows the time that passed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

THREADS = Path("/proc/self/task")


class Stopwatch:
    """Measures from its creation on."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._ran, self._waited = read_schedule()

    def read(self) -> float:
        """Return the seconds since the creation, without the part spent waiting."""
        seconds = time.monotonic() - self._began
        ran, waited = read_schedule()
        ran, waited = ran - self._ran, max(0, waited - self._waited)
        return seconds * ran / (ran + waited) if ran > 0 else seconds


def read_schedule() -> tuple[int, int]:
    """Return how long this process's threads ran and waited so far, in nanoseconds."""
    ran, waited = 0, 0
    for counts in THREADS.glob("*/schedstat"):
        with suppress(OSError, ValueError):  # the thread has just ended
            running, waiting, _ = counts.read_text().split()
            ran, waited = ran + int(running), waited + int(waiting)
    return ran, waited
