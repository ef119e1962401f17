"""Tests of mnist_core.jobs.local_executor: dead workers are replaced, and none is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core.jobs import local_executor
from mnist_core.jobs.local_executor import LocalExecutor, LocalExecutorError
from mnist_core.runs.store import RunStore
from tests import PROJECT
from tests.small import configure
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix"),
]


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


def is_alive(pid):
    """Return whether a process runs; zombies do not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_worker_that_is_killed_fails_its_run_and_is_replaced(store):
    """The run's record has the reason, it can be resumed, and the next worker trains it."""
    run = store.create(configure(model="compact", epochs=50))
    pool = LocalExecutor(store)
    try:
        wait_for(lambda: run.read_batches())
        victim = run.read().state["worker"]
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: run.read().status == "failed")
        assert (
            run.read().reason
            == "The training process was killed, possibly because it ran out of memory."
        )
        run.resume()
        wait_for(lambda: run.read().status == "running")
        assert run.read().state["worker"] != victim
        run.request_stop()
        wait_for(lambda: run.read().status == "stopped")
        assert run.model_path.exists()
        assert pool.problem is None
    finally:
        pool.close()


def test_a_worker_that_cannot_start_is_reported(store, monkeypatch):
    """Workers that die as soon as they are started are not started over and over."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    pool = LocalExecutor(store)
    try:
        assert "exits as soon as it is started" in wait_for(lambda: pool.problem)
    finally:
        pool.close()
    monkeypatch.setattr(local_executor, "RETRY_SECONDS", 1e6)
    monkeypatch.setattr(local_executor, "MIN_UPTIME_SECONDS", 1e6)
    (worker,) = pool._workers
    assert pool._supervise(worker) is worker


def test_supervision_continues_after_an_error(store, monkeypatch, caplog):
    """The error is logged, and the dead worker is replaced later."""
    failures = iter([OverflowError("date value out of range"), OSError("disk full")])

    def record_death(self, process):
        for failure in failures:
            raise failure
        return True

    monkeypatch.setattr(local_executor, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(LocalExecutor, "_record_death", record_death)
    pool = LocalExecutor(store)
    try:
        victim = pool._workers[0].process
        victim.kill()
        wait_for(lambda: pool._workers[0].process is not victim)
        assert "date value out of range" in caplog.text and "disk full" in caplog.text
    finally:
        pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_app(store, ending):
    """However the process with the pool ends, its workers end too."""
    code = (
        "import sys, time; from pathlib import Path; "
        "from mnist_core.jobs.local_executor import LocalExecutor; "
        "from mnist_core.runs.store import RunStore; "
        "pool = LocalExecutor(RunStore(Path(sys.argv[1])), 2); "
        "print(*[worker.process.pid for worker in pool._workers], flush=True); time.sleep(600)"
    )
    app = subprocess.Popen(
        [sys.executable, "-c", code, str(store.folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert app.stdout is not None
    workers = [int(pid) for pid in app.stdout.readline().split()]
    assert all(is_alive(pid) for pid in workers)
    app.send_signal(ending)
    app.wait()
    wait_for(lambda: not any(is_alive(pid) for pid in workers))


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path):
    """The message tells what to do about it."""
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(LocalExecutorError, match="MNIST_RUNS_DIR"):
        LocalExecutor(RunStore(tmp_path / "file" / "runs"))


@pytest.mark.parametrize(
    ("code", "words"),
    [(-signal.SIGKILL, "ran out of memory"), (-11, "signal 11"), (3, "exit status 3")],
)
def test_the_end_of_a_worker_is_described_in_a_sentence(code, words):
    """A person need not know the names of signals."""
    assert words in local_executor._describe_exit(code)
