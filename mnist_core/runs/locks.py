"""Checking a run's lock without holding it."""

from __future__ import annotations

import threading
from pathlib import Path

from filelock import FileLock, Timeout

_probe_lock = threading.Lock()  # so that two threads probing a lock do not see each other


def is_locked(path: Path) -> bool:
    """Return whether a process holds the lock of this file right now.

    False if the folder cannot be written, since nothing can be trained there.
    """
    try:
        with _probe_lock, FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
