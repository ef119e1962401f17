"""Waiting for what another process or thread does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONGEST_WAIT = 300
"""Seconds. Long, since the tests must also pass on a machine that is busy with other work."""


def wait_for(condition: Callable[[], T], what: str = "") -> T:
    """Return what the condition returns as soon as that is true.

    Raises:
        AssertionError: The condition did not become true.
    """
    deadline = time.monotonic() + LONGEST_WAIT
    while not (value := condition()):
        assert time.monotonic() < deadline, f"Waited {LONGEST_WAIT} s in vain: {what or condition}"
        time.sleep(0.02)
    return value
