"""Tests of mnist_core.jobs.dask_executor: a real scheduler and two workers train the queue."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_core.datasets.mnist import load_mnist
from mnist_core.jobs import dask_executor as cluster
from mnist_core.jobs.cost_estimate import save_measurements
from mnist_core.jobs.cross_validation import CrossValidation
from mnist_core.jobs.dask_executor import DaskExecutor
from mnist_core.jobs.executor import open_executor
from mnist_core.runs.json_file import read_json
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import NETWORKS
from tests import PROJECT
from tests.small import MEASURED, configure, write_few
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


def start(*arguments, **environment):
    """Start a Dask process that finds the packages of the project, as an installed one would."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", *arguments],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    """Start a scheduler and return its address."""
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    process = start(
        "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--no-show",
        "--host", "127.0.0.1", "--scheduler-file", str(file),
    )  # fmt: skip
    try:
        # The file is empty for a moment before the address is in it.
        wait_for(lambda: "address" in read_json(file))
        yield read_json(file)["address"]
    finally:
        process.terminate()
        process.wait()


def start_worker(scheduler: str, data: Path) -> subprocess.Popen:
    """Start a worker of one thread that knows the small network and reads its data in a folder."""
    return start(
        "distributed.cli.dask_worker", scheduler, "--nthreads", "1", "--no-nanny",
        "--no-dashboard", "--preload", "tests.small", MNIST_DATA_DIR=str(data),
    )  # fmt: skip


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> Path:
    """Write few images and return their folder."""
    folder = tmp_path_factory.mktemp("data")
    write_few(folder)
    return folder


@pytest.fixture(scope="module")
def workers(scheduler, few) -> Iterator[list[subprocess.Popen]]:
    """Start two workers, for all tests from the first that needs them on."""
    processes = [start_worker(scheduler, few) for _ in range(2)]
    yield processes
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def queue(tmp_path, scheduler) -> Iterator[DaskExecutor]:
    """Connect an empty store, with all networks timed, to the cluster."""
    (tmp_path / "runs").mkdir()
    save_measurements(tmp_path / "runs", dict.fromkeys(NETWORKS, MEASURED))
    queue = open_executor(RunStore(tmp_path / "runs"), {"MNIST_SCHEDULER": scheduler})
    assert isinstance(queue, DaskExecutor)
    yield queue
    queue.close()


def test_a_cluster_without_workers_is_said_to_have_none(queue):
    """A queue that nobody serves says so and how to start a worker."""
    assert "has no workers" in wait_for(lambda: queue.problem)


def test_a_run_that_its_worker_cannot_begin_has_failed(tmp_path, scheduler, queue):
    """Rather than wait for ever, handed out again and again."""
    run = RunStore(tmp_path / "runs").create(configure())
    (tmp_path / "nothing").mkdir()
    worker = start_worker(scheduler, tmp_path / "nothing")
    try:
        wait_for(lambda: run.read().status == "failed")
        assert "could not complete this run: DatasetError" in run.read().reason
    finally:
        worker.kill()
        worker.wait()


def test_a_cross_validation_is_done_by_the_cluster(tmp_path, few, workers, queue, monkeypatch):
    """Its folds are submitted once it is requested."""
    data = load_mnist(few)
    monkeypatch.setattr(cluster, "_load_data", lambda: data)
    validation = CrossValidation(RunStore(tmp_path / "runs"), data)
    validation.request()
    wait_for(lambda: validation.progress == 1)
    assert validation.problem is None
    assert validation.read_probabilities().shape == (640, 10)


def test_four_runs_at_once_and_a_worker_killed(tmp_path, workers, queue):
    """Both workers train; the run of one that is killed goes on elsewhere; all four finish.

    A run that is stopped can be resumed. The test stands last, since one worker is gone after it.
    """
    store = RunStore(tmp_path / "runs")
    runs = [store.create(configure(epochs=12, seed=seed), f"Run {seed}") for seed in range(4)]

    def training():
        snapshots = [run.read() for run in runs]
        return [each for each in snapshots if each.status == "running" and each.run.read_epochs()]

    def find_busy():
        found = training()
        return found if len(found) == 2 else None

    victim, other = wait_for(find_busy)
    assert {each.state["worker"] for each in (victim, other)} == {each.pid for each in workers}
    os.kill(victim.state["worker"], signal.SIGKILL)
    wait_for(lambda: all(run.read().status == "finished" for run in runs))
    assert all(len(run.read_epochs()) == 12 for run in runs)
    assert victim.run.read().state["worker"] == other.state["worker"]
    assert queue.problem is None
    again = store.create(configure(epochs=12))
    wait_for(lambda: again.read_batches())
    again.request_stop()
    wait_for(lambda: again.read().status == "stopped")
    again.resume()
    wait_for(lambda: again.read().status == "finished")


def test_a_scheduler_that_is_not_there(tmp_path):
    """The problem is that the cluster cannot be reached; closing does not hang."""
    queue = DaskExecutor(RunStore(tmp_path), "tcp://127.0.0.1:9")
    try:
        assert "cannot be reached" in wait_for(lambda: queue.problem)
    finally:
        queue.close()
