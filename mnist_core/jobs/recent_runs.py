"""The duration of a run, from the latest run of the same recipe on this machine.

It includes whatever else the machine did meanwhile, which a measurement of single steps on an idle
machine does not.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mnist_core.config import TrainingConfig
from mnist_core.jobs.cost_estimate import FINISHING_SECONDS
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.training.epochs import EpochResult

RECENT = timedelta(days=1)


def estimate_by_recent_run(config: TrainingConfig, runs: Iterable[RunSnapshot]) -> float | None:
    """Estimate the seconds of a run by the latest one with the same recipe.

    The recipe is everything that the time of an epoch depends on: the network, the batch size, the
    optimizer, the validation images and the augmentation.

    Args:
        config: The hyperparameters.
        runs: All runs, the newest first.

    Returns:
        The seconds; None if no run of the last day on this machine has the same recipe and a
        complete epoch.
    """
    since, host = datetime.now(UTC) - RECENT, socket.gethostname()
    for each in runs:
        if each.created < since or each.state.get("host") != host or each.stored_config is None:
            continue
        if each.teaching is not None:  # its epochs have other images
            continue
        if _find_recipe(each.stored_config) == _find_recipe(config) and each.completed_epochs:
            epochs = each.run.read_epochs()[: each.completed_epochs]
            if epochs:
                return _extrapolate(epochs, config.epochs)
    return None


def _find_recipe(config: TrainingConfig) -> TrainingConfig:
    """Return the configuration without what the time of an epoch does not depend on."""
    return replace(
        config,
        epochs=1,
        learning_rate=1,
        schedule="constant",
        label_smoothing=0,
        seed=0,
        patience=None,
    )


def _extrapolate(epochs: Sequence[EpochResult], total: int) -> float:
    """Return the seconds of so many epochs; the first one includes the start."""
    first, later = epochs[0].seconds, [each.seconds for each in epochs[1:]] or [epochs[0].seconds]
    return first + (total - 1) * sum(later) / len(later) + FINISHING_SECONDS
