"""Tests of mnist_core.jobs.local_executor: dead workers are replaced, and none is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core.jobs import local_executor as pool_module
from mnist_core.jobs.local_executor import PoolError, WorkerPool, open_executor
from mnist_core.runs.store import RunStore
from tests import PROJECT
from tests.small import configure
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


def is_alive(pid):
    """Tell whether a process runs, zombies not counted."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_worker_that_is_killed_fails_its_run_and_is_replaced(store):
    """The run says why it ended, can be resumed, and the next worker takes it."""
    run = store.create(configure(model="compact", epochs=50))
    pool = WorkerPool(store)
    try:
        wait_for(lambda: run.read_batches())
        victim = run.read().state["worker"]
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: run.read().status == "failed")
        assert run.read().reason == "The training process was killed, perhaps for want of memory."
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
    pool = WorkerPool(store)
    try:
        assert "ends as soon as it is started" in wait_for(lambda: pool.problem)
    finally:
        pool.close()


def test_the_watch_survives_what_it_meets(store, monkeypatch, caplog):
    """A look that fails is logged, and the dead worker is replaced at the next one."""
    failures = iter([OverflowError("date value out of range"), OSError("disk full")])

    def record_death(self, process):
        for failure in failures:
            raise failure
        return True

    monkeypatch.setattr(pool_module, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(WorkerPool, "_record_death", record_death)
    pool = WorkerPool(store)
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
        "from mnist_core.jobs.local_executor import WorkerPool; "
        "from mnist_core.runs.store import RunStore; "
        "pool = WorkerPool(RunStore(Path(sys.argv[1])), 2); "
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


@pytest.mark.parametrize("wanted", ["0", "-1", "many", "1.5", "33"])
def test_a_senseless_number_of_workers_is_refused(store, wanted):
    """The setting's mistake is said in one sentence."""
    with pytest.raises(PoolError, match="whole number from 1 to 32"):
        open_executor(store, {"MNIST_WORKERS": wanted})


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    """A file in the folder's place gives a sentence with what to do."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PoolError, match="MNIST_RUNS_DIR"):
        open_executor(RunStore(tmp_path / "file" / "runs"), {})
