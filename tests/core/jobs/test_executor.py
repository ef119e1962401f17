"""Tests of mnist_core.jobs.executor: the environment chooses what trains the runs."""

import pytest

from mnist_core.jobs import dask_executor, executor
from mnist_core.jobs.executor import ExecutorError, open_executor
from mnist_core.runs.store import RunStore


@pytest.mark.parametrize("workers", ["0", "-1", "many", "1.5", "33", "", "²"])
def test_an_invalid_number_of_workers_is_an_error(tmp_path, workers):
    """The message names the values that are allowed."""
    with pytest.raises(ExecutorError, match="whole number from 1 to 32"):
        open_executor(RunStore(tmp_path), {"MNIST_WORKERS": workers})


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("local", 1)),
        ({"MNIST_WORKERS": "3"}, ("local", 3)),
        ({"MNIST_SCHEDULER": "tcp://here:1", "MNIST_WORKERS": "3"}, ("dask", "tcp://here:1")),
    ],
)
def test_a_cluster_comes_before_workers_on_this_machine(
    tmp_path, monkeypatch, environment, expected
):
    """Without settings there is one worker."""
    monkeypatch.setattr(executor, "LocalExecutor", lambda store, size: ("local", size))
    monkeypatch.setattr(dask_executor, "DaskExecutor", lambda store, address: ("dask", address))
    assert open_executor(RunStore(tmp_path), environment) == expected
