"""Training and cross-validation of recorded runs, in worker processes or on a Dask cluster.

`train_run` trains one run, `worker` serves the queue, and `local_executor` and `dask_executor`
keep workers busy. `cost_estimate` predicts durations. No file of a run is laid out here; that is
the job of `mnist_core.runs`.
"""
