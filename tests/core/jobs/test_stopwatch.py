"""Tests of mnist_core.jobs.stopwatch: durations without the time of other processes."""

import time

import pytest

from mnist_core.jobs import stopwatch
from mnist_core.jobs.stopwatch import Stopwatch


def test_the_time_of_other_processes_does_not_count(tmp_path, monkeypatch):
    """Of each four seconds, the threads waited three."""
    monkeypatch.setattr(stopwatch, "THREADS", tmp_path)
    times = iter([100.0, 108.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(times))
    for thread in ("1", "2"):
        (tmp_path / thread).mkdir()
        (tmp_path / thread / "schedstat").write_text("5000 70000 3\n")
    watch = Stopwatch()
    (tmp_path / "1" / "schedstat").write_text("6000 73000 4\n")
    (tmp_path / "2" / "schedstat").write_text("")  # it has just ended
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "schedstat").write_text("7000 76000 4\n")
    assert watch.read() == pytest.approx(8 / 4)


def test_without_counts_the_time_that_passed_is_shown(tmp_path, monkeypatch):
    """As on other systems than Linux."""
    monkeypatch.setattr(stopwatch, "THREADS", tmp_path / "missing")
    times = iter([100.0, 108.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(times))
    assert Stopwatch().read() == 8.0
