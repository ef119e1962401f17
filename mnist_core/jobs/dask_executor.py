"""Training on a Dask cluster instead of workers of our own.

The folder of the runs must lie on storage that all machines share under the same path, and each
Dask worker needs this package and one thread (`dask worker --nthreads 1`), since the seed of a
training belongs to its whole process. The queue is that of the record, in the same order; Dask
hands its runs out. Where a Dask worker dies, Dask gives its run to another one, which goes on from
the last whole epoch.
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
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import NETWORKS

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
CONNECT_SECONDS = 5
RETRY_SECONDS = 5


class ClusterError(MnistError):
    """The cluster cannot be used."""


class ClusterQueue:
    """Hands the queued runs of a store to a Dask scheduler."""

    def __init__(self, store: RunStore, address: str) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError as error:
            raise ClusterError(
                "MNIST_SCHEDULER is set, but the package “distributed” is not installed. Install "
                "it with “pip install -r requirements-cluster.txt”, or unset MNIST_SCHEDULER."
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
        """Why nothing is being trained, as a sentence, None where all is well."""
        return self._problem

    def close(self) -> None:
        """Leave the cluster. Runs that it trains go on; those that wait stay in the queue."""
        self._closing.set()
        self._thread.join()

    def _serve(self) -> None:
        from distributed import Client

        while not self._closing.is_set():
            try:
                client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
            except Exception as error:  # Dask raises many types that share no base.
                self._problem = (
                    f"The cluster at {self._address} cannot be reached ({error}). It is tried "
                    f"again every {RETRY_SECONDS} seconds; check that its scheduler runs and "
                    "that MNIST_SCHEDULER holds its address."
                )
                self._closing.wait(RETRY_SECONDS)
                continue
            try:
                with client:
                    while not self._closing.wait(POLL_SECONDS):
                        self._hand_out(client)
                        self._hand_out_folds(client)
                        self._hand_out_measurement(client)
            except Exception:
                # The queue is served on, whatever one look met.
                logger.exception("The queue could not be handed to the cluster")
                self._closing.wait(RETRY_SECONDS)

    def _hand_out(self, client: Client) -> None:
        """Submit the runs that wait, and give up those that the cluster gave up."""
        workers = client.scheduler_info(n_workers=-1)["workers"]
        self._problem = (
            None
            if workers
            else (
                f"The cluster at {self._address} has no workers. Start some with “dask worker "
                f"--nthreads 1 {self._address}”."
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
                snapshot.run.write_state(
                    status="failed",
                    reason=f"The cluster gave the run up: {describe_fault(future.exception())}.",
                )

    def _hand_out_folds(self, client: Client) -> None:
        """Submit the folds of a cross-validation that was asked for, to be done after the runs."""
        if not (self._store.folder / FOLDER).exists():
            return
        waiting = CrossValidation(self._store, _load_data()).is_waiting
        if waiting and all(future.done() for future in self._folds):
            self._folds = [
                client.submit(_cross_validate, self._folder, pure=False, priority=-1)
                for _ in range(FOLDS)
            ]

    def _hand_out_measurement(self, client: Client) -> None:
        """Submit the timing of one network, to be done after all else, while one is not timed."""
        if self._measurement is not None and not self._measurement.done():
            return
        if set(NETWORKS) - set(load_measurements(self._store.folder)):
            self._measurement = client.submit(_measure, self._folder, pure=False, priority=-2)


def _train(folder: str, run_id: str) -> None:
    """Train a run on a Dask worker, anew where another worker died with it."""
    run = RunStore(Path(folder)).get(run_id)
    if run.read().status in {"queued", "interrupted"}:
        execute(run, _load_data())


def _cross_validate(folder: str) -> None:
    """Do a fold on a Dask worker, if one is left that nobody is at."""
    cross_validate_next(RunStore(Path(folder)), _load_data())


def _measure(folder: str) -> None:
    """Time one network on a Dask worker, if one has not been timed yet."""
    measure_next(RunStore(Path(folder)), _load_data())


@lru_cache(maxsize=1)
def _load_data() -> Mnist:
    return load_mnist()
