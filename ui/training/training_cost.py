"""How long a training takes on this machine, estimated before it starts."""

from dataclasses import replace

import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.jobs.cost_estimate import CostEstimate, estimate_cost, load_measurements
from mnist_core.jobs.design_cost import find_measurement
from mnist_core.jobs.recent_runs import estimate_by_recent_run
from mnist_core.runs.store import RunStore
from ui.formatting import format_duration
from ui.language import _, ngettext
from ui.resources import get_data


def estimate_training(config: TrainingConfig, store: RunStore) -> CostEstimate | None:
    """Return the estimated cost of a run; None while this machine is being measured.

    The latest run with the same recipe tells more than the measurement of a few steps.

    Args:
        config: The hyperparameters.
        store: All runs, and the measurements.
    """
    measurement = find_measurement(config, load_measurements(store.folder))
    if measurement is None:
        return None
    cost = estimate_cost(config, measurement, len(get_data().train.labels))
    seconds = estimate_by_recent_run(config, store.list())
    return cost if seconds is None else replace(cost, seconds=seconds)


def show_cost(config: TrainingConfig, cost: CostEstimate | None, repeats: int) -> None:
    """Show parameters, steps and time of a training, or that this machine is being measured.

    Args:
        config: The settings of one run.
        cost: Its estimated cost; None while this machine is being measured.
        repeats: The number of runs, one per seed.
    """
    if cost is None:
        st.caption(
            _(
                ":material/schedule: How long this takes is being measured on this machine; the "
                "estimate will appear here soon. You can start training without it."
            )
        )
        return
    epochs = ngettext("{count} epoch", "{count:,} epochs", config.epochs, count=config.epochs)
    images = ngettext(
        "{count} image", "{count:,} images", config.batch_size, count=config.batch_size
    )
    duration = format_duration(repeats * cost.seconds)
    if repeats > 1:
        st.caption(
            _(
                ":material/schedule: {parameters:,} parameters, {repeats} runs of {epochs} of "
                "{steps:,} steps with {images} each: about {duration} on this machine.",
                parameters=cost.parameters,
                repeats=repeats,
                epochs=epochs,
                steps=cost.steps,
                images=images,
                duration=duration,
            )
        )
        return
    st.caption(
        _(
            ":material/schedule: {parameters:,} parameters, {epochs} of {steps:,} steps with "
            "{images} each: about {duration} on this machine.",
            parameters=cost.parameters,
            epochs=epochs,
            steps=cost.steps,
            images=images,
            duration=duration,
        )
    )
