"""The choice of what trains the queued runs: workers on this machine or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Protocol

from mnist_core.errors import MnistError
from mnist_core.jobs.local_executor import LocalExecutor
from mnist_core.messages import message
from mnist_core.runs.store import RunStore

MAX_WORKERS = 32


class ExecutorError(MnistError):
    """The number of workers in the environment cannot be used."""


class Executor(Protocol):
    """Trains the queued runs of a store in the background."""

    @property
    def problem(self) -> str | None:
        """Why nothing is being trained, as a sentence; None if there is no problem."""

    def close(self) -> None:
        """Stop training. Runs that are interrupted by this can be resumed later."""


def open_executor(store: RunStore, environment: Mapping[str, str] = os.environ) -> Executor:
    """Start training the queued runs of a store.

    If `MNIST_SCHEDULER` holds the address of a Dask scheduler, its cluster trains. Otherwise
    `MNIST_WORKERS` processes on this machine do, 1 by default.

    Args:
        store: The runs.
        environment: Environment variables.

    Raises:
        ExecutorError: `MNIST_WORKERS` is not a whole number from 1 to 32.
        LocalExecutorError: The folder of the runs cannot be written.
        DaskExecutorError: The package `distributed` is not installed.
    """
    address = environment.get("MNIST_SCHEDULER")
    if address:
        from mnist_core.jobs.dask_executor import DaskExecutor

        return DaskExecutor(store, address)
    workers = environment.get("MNIST_WORKERS", "1")
    if not workers.isdecimal() or not 1 <= int(workers) <= MAX_WORKERS:
        raise ExecutorError(
            message(
                "MNIST_WORKERS must be a whole number from 1 to {most}, not “{workers}”. Correct "
                "it, or unset it for one worker.",
                most=MAX_WORKERS,
                workers=workers,
            )
        )
    return LocalExecutor(store, int(workers))
