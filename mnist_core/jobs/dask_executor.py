"""Training on a Dask cluster instead of workers on this machine.

The folder of the runs must lie on storage that all machines share under the same path. The
scheduler and the workers need this package, and each worker must have one thread (`dask worker
--nthreads 1`), since Keras sets the random seed for a whole process. Queued runs are submitted to
Dask in order. If a Dask worker dies, Dask gives its run to another one, which resumes after the
last complete epoch.
"""

from __future__ import annotations

import logging
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.errors import MnistError, describe_fault
from mnist_core.jobs.cost_estimate import load_measurements
from mnist_core.jobs.cross_validation import FOLDER, FOLDS, CrossValidation
from mnist_core.jobs.train_run import execute
from mnist_core.jobs.worker import cross_validate_next, measure_next
from mnist_core.messages import message
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import NETWORKS

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
CONNECT_SECONDS = 5
RETRY_SECONDS = 5


class DaskExecutorError(MnistError):
    """The package `distributed` is not installed."""


class DaskExecutor:
    """Submits the queued runs of a store to a Dask scheduler.

    Args:
        store: The runs.
        address: The address of the scheduler, for example tcp://10.0.0.5:8786.

    Raises:
        DaskExecutorError: The package `distributed` is not installed.
    """

    def __init__(self, store: RunStore, address: str) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError as error:
            raise DaskExecutorError(
                message(
                    "MNIST_SCHEDULER is set, but the package “distributed” is not installed. "
                    "Install it with “pip install -r requirements-cluster.txt”, or unset "
                    "MNIST_SCHEDULER."
                )
            ) from error
        self._store = store
        self._folder = str(store.folder)
        self._address = address
        self._futures: dict[str, Future] = {}
        self._folds: list[Future] = []
        self._measurement: Future | None = None
        self._problem: str | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str | None:
        """Why nothing is being trained, as a sentence; None if all is well."""
        return self._problem

    def close(self) -> None:
        """Disconnect from the cluster. It goes on with its runs; the others stay queued."""
        self._closing.set()
        self._thread.join()

    def _serve(self) -> None:
        from distributed import Client

        while not self._closing.is_set():
            try:
                client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
            except Exception as error:  # Dask raises many types that share no base.
                self._problem = message(
                    "The cluster at {address} cannot be reached ({error}). Check that its "
                    "scheduler runs and that MNIST_SCHEDULER holds its address. The next attempt "
                    "is in {retry_seconds} seconds.",
                    address=self._address,
                    error=error,
                    retry_seconds=RETRY_SECONDS,
                )
                self._closing.wait(RETRY_SECONDS)
                continue
            try:
                with client:
                    while not self._closing.wait(POLL_SECONDS):
                        self._submit_runs(client)
                        self._submit_folds(client)
                        self._submit_measurement(client)
            except Exception:
                # The fault may concern a single run, and others are queued.
                logger.exception("The queue could not be submitted to the cluster")
                self._closing.wait(RETRY_SECONDS)

    def _submit_runs(self, client: Client) -> None:
        """Submit the queued runs, and mark those that the cluster gave up as failed."""
        workers = client.scheduler_info(n_workers=-1)["workers"]
        self._problem = (
            None
            if workers
            else (
                message(
                    "The cluster at {address} has no workers. Start some with “dask worker "
                    "--nthreads 1 {address}”.",
                    address=self._address,
                )
            )
        )
        for run in self._store.queue():
            if run.id not in self._futures:
                self._futures[run.id] = client.submit(_train, self._folder, run.id, pure=False)
        known = {each.id: each for each in self._store.list()}
        for run_id, future in list(self._futures.items()):
            if not future.done():
                continue
            del self._futures[run_id]
            if run_id not in known:  # deleted meanwhile
                continue
            snapshot = known[run_id]
            if future.status == "error" and snapshot.status in {"queued", "interrupted"}:
                fault = describe_fault(future.exception())
                snapshot.run.write_failure(
                    message("The cluster could not complete this run: {fault}.", fault=fault)
                )

    def _submit_folds(self, client: Client) -> None:
        """Submit the folds of a requested cross-validation, with a lower priority than runs."""
        if not (self._store.folder / FOLDER).exists():
            return
        is_incomplete = CrossValidation(self._store, _load_data()).is_incomplete
        if is_incomplete and all(future.done() for future in self._folds):
            self._folds = [
                client.submit(_cross_validate, self._folder, pure=False, priority=-1)
                for _ in range(FOLDS)
            ]

    def _submit_measurement(self, client: Client) -> None:
        """Submit the measurement of a network without one, with the lowest priority."""
        if self._measurement is not None and not self._measurement.done():
            return
        if set(NETWORKS) - set(load_measurements(self._store.folder)):
            self._measurement = client.submit(_measure, self._folder, pure=False, priority=-2)


def _train(folder: str, run_id: str) -> None:
    """Train a run on a Dask worker, also after another worker died during its training."""
    run = RunStore(Path(folder)).get(run_id)
    if run.read().status in {"queued", "interrupted"}:
        execute(run, _load_data())


def _cross_validate(folder: str) -> None:
    """Train a fold on a Dask worker, if there is one that no other worker trains."""
    cross_validate_next(RunStore(Path(folder)), _load_data())


def _measure(folder: str) -> None:
    """Measure a network on a Dask worker, if there is one without a measurement."""
    measure_next(RunStore(Path(folder)), _load_data())


@lru_cache(maxsize=1)
def _load_data() -> Mnist:
    return load_mnist()
