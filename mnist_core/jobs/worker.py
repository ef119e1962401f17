"""The training worker: a process that takes queued runs and trains them, one after another.

    python -m mnist_core.jobs.worker RUNS_FOLDER

It imports TensorFlow before there is anything to do, runs at low priority, and ends when its
standard input closes, so that it never outlives the process that started it, however that ended.
After a hundred tasks it ends by itself, since TensorFlow keeps some megabytes of each.
While no run waits it does the next fold of a cross-validation that was asked for, or measures how
fast this machine trains each network.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.jobs.cost_estimate import load_measurements, measure, save_measurements
from mnist_core.jobs.cross_validation import CrossValidation
from mnist_core.jobs.train_run import execute
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import NETWORKS

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
RETRY_SECONDS = 5
MAX_TASKS_PER_WORKER = 100
READY = "ready"


def main(folder: Path) -> None:
    """Serve the queue in `folder` until standard input closes, or to the end of its life."""
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow  # noqa: F401  (imported ahead of the first run)

    data = load_mnist()
    store = RunStore(folder)
    print(READY, flush=True)
    serve(store, data)
    os._exit(0)  # an orderly end would stumble over the thread that reads standard input


def serve(store: RunStore, data: Mnist) -> None:
    """Do what there is to do, until so much is done that a fresh process does it better."""
    done = 0
    while done < MAX_TASKS_PER_WORKER:
        if do_something(store, data):
            done += 1
        else:
            time.sleep(POLL_SECONDS)


def do_something(store: RunStore, data: Mnist) -> bool:
    """Do the most urgent task that there is; False where there is none or those there are fail."""
    for do_next in TASKS:
        try:
            if do_next(store, data):
                return True
        except Exception:
            # The worker goes on: what failed may be one run's, and others wait.
            logger.exception("%s failed", do_next.__name__)
            time.sleep(RETRY_SECONDS)
    return False


def train_next(store: RunStore, data: Mnist) -> bool:
    """Train the first waiting run that no other worker has taken; False where there is none."""
    for run in store.queue():
        try:
            with run.lock.acquire(timeout=0):
                if run.read().status != "queued":
                    continue
                try:
                    execute(run, data)
                except Exception:
                    # The run's record has the reason; the worker goes on with the next one.
                    logger.exception("The run %s failed", run.id)
                return True
        except Timeout:
            continue
    return False


class _RunQueuedError(Exception):
    """A run was asked for while something less urgent was done."""


def measure_next(store: RunStore, data: Mnist) -> bool:
    """Time the first network that has not been timed yet; False where there is none.

    A run that is asked for meanwhile need not wait: the measurement is broken off.
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
            save_measurements(store.folder, known)  # a full disk is met before the work is done
            measurement = measure(missing[0], data, should_abort)
            save_measurements(store.folder, {**known, missing[0]: measurement})
    except (Timeout, OSError, _RunQueuedError):
        return False
    return True


def cross_validate_next(store: RunStore, data: Mnist) -> bool:
    """Do a fold of the cross-validation, if somebody waits for it; False where nobody does."""
    try:
        return CrossValidation(store, data).advance()
    except Exception:
        # Those who asked can read why; the worker goes on.
        logger.exception("The cross-validation failed")
        return False


TASKS = (train_next, cross_validate_next, measure_next)  # what is more urgent first


def _exit_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
