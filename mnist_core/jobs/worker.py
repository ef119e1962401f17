"""The training worker: a process that trains queued runs, one after another.

    python -m mnist_core.jobs.worker RUNS_FOLDER

It imports TensorFlow at its start, runs at low priority, and exits when its standard input closes,
so it never outlives the process that started it. After `MAX_TASKS_PER_WORKER` tasks it exits by
itself, since TensorFlow leaks some megabytes per task. While no run is queued, it trains the next
fold of a requested cross-validation, measures how fast this machine trains each network, or does
ahead what the first run of a process would otherwise wait for.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from mnist_core.datasets.mnist import Mnist, Split, load_mnist
from mnist_core.jobs.cost_estimate import load_measurements, measure, save_measurements
from mnist_core.jobs.cross_validation import CrossValidation
from mnist_core.jobs.train_run import execute
from mnist_core.runs.store import RunStore
from mnist_core.synthesis.handwriting import render_ahead
from mnist_core.training.architectures import NETWORKS
from mnist_core.training.trainer import train

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
RETRY_SECONDS = 5
MAX_TASKS_PER_WORKER = 100
READY = "ready"


def main(folder: Path) -> None:
    """Serve the queue of a folder until standard input closes or the last task is done."""
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow  # noqa: F401  (imported ahead of the first run)

    data = load_mnist()
    store = RunStore(folder)
    print(READY, flush=True)
    serve(store, data)
    os._exit(0)  # a normal exit would wait for the thread that reads standard input


def serve(store: RunStore, data: Mnist) -> None:
    """Run `MAX_TASKS_PER_WORKER` tasks, then return so that a fresh process is started."""
    done = 0
    while done < MAX_TASKS_PER_WORKER:
        if run_next_task(store, data):
            done += 1
        else:
            time.sleep(POLL_SECONDS)


def run_next_task(store: RunStore, data: Mnist) -> bool:
    """Run the most urgent task; return False if there is none or all of them fail."""
    for task in TASKS:
        try:
            if task(store, data):
                return True
        except Exception:
            # The fault may concern a single run, and others are queued.
            logger.exception("%s failed", task.__name__)
            time.sleep(RETRY_SECONDS)
    return False


def train_next(store: RunStore, data: Mnist) -> bool:
    """Train the first queued run that no other worker trains; return whether there was one.

    Raises:
        OSError: The only queued runs are in folders that cannot be used.
    """
    problem = None
    for run in store.queue():
        try:
            with run.lock.acquire(timeout=0):
                if run.read().status != "queued":
                    continue
                try:
                    execute(run, data)
                except Exception:
                    # The reason is in the run's record.
                    logger.exception("The run %s failed", run.id)
                return True
        except Timeout:
            continue
        except OSError as error:  # concerns this run alone
            problem = error
    if problem is not None:
        raise problem
    return False


class _RunQueuedError(Exception):
    """A run was queued during a less urgent task."""


def measure_next(store: RunStore, data: Mnist) -> bool:
    """Measure the first network without a measurement; return whether one was measured.

    The measurement is aborted if a run is queued meanwhile.
    """
    known = load_measurements(store.folder)
    missing = [name for name in NETWORKS if name not in known]
    if not missing:
        return False

    def should_abort() -> None:
        if store.queue():
            raise _RunQueuedError

    try:
        with FileLock(store.folder / ".measuring.lock", timeout=0):
            save_measurements(store.folder, known)  # fails early on a full disk
            measurement = measure(missing[0], data, should_abort)
            save_measurements(store.folder, {**known, missing[0]: measurement})
    except (Timeout, OSError, _RunQueuedError):
        return False
    return True


def prepare_next(store: RunStore, data: Mnist) -> bool:
    """Do ahead what the first run of a process waits for; return False, as it is done once.

    These are the first tracing of a gradient step, which loads much of Keras, and the digits in
    other handwriting. What is done is cached. It is aborted if a run is queued meanwhile.
    """

    def should_abort() -> None:
        if store.queue():
            raise _RunQueuedError

    with suppress(_RunQueuedError):
        _trace_step()
        render_ahead(should_abort)
    return False


@cache
def _trace_step() -> None:
    """Train the network of the quick start for one step, on images without ink."""
    split = Split(np.zeros((100, 28, 28), np.uint8), np.arange(100, dtype=np.uint8) % 10)
    train(replace(NETWORKS["swift"].defaults, epochs=1), Mnist(split, split, ""))


def cross_validate_next(store: RunStore, data: Mnist) -> bool:
    """Train a fold of a requested cross-validation; return whether there was one to train.

    What the training raises is raised again; its reason is in the folder of the cross-validation.
    """
    return CrossValidation(store, data).advance()


TASKS = (train_next, cross_validate_next, measure_next, prepare_next)  # the most urgent first


def _exit_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
