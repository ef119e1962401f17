"""Training and cross-validation of recorded runs, in worker processes or on a Dask cluster.

`executor.open_executor` starts what serves the queue: a `LocalExecutor` with worker processes, or
a `DaskExecutor`. `train_run.execute` trains one run, and `cost_estimate` predicts durations. The
layout of a run's folder is the job of `mnist_core.runs`.
"""

from mnist_core.jobs.executor import Executor, open_executor

__all__ = ["Executor", "open_executor"]
