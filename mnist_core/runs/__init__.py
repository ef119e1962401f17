"""The record of training runs and the registry of trained models.

`RunStore` finds and creates runs, `Run` holds a run's paths and actions, and `RunSnapshot` is its
record at one moment. `model_registry` lists the models to choose from. Training is the job of
`mnist_core.jobs`.
"""

from mnist_core.runs.run import Run
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.store import RunStore, open_store

__all__ = ["Run", "RunError", "RunSnapshot", "RunStore", "open_store"]
