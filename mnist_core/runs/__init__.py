"""The record of training runs and the registry of trained models.

`store.RunStore` finds and creates runs, `run.Run` holds a run's paths and actions, and
`snapshot.RunSnapshot` is its record at one moment. `model_registry` lists the models to choose
from. Nothing is trained here; that is the job of `mnist_core.jobs`.
"""
