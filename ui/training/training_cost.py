"""How long a training takes on this machine, estimated before it starts."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.jobs.cost_estimate import (
    FINISHING_SECONDS,
    CostEstimate,
    estimate_cost,
    load_measurements,
)
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
    if seconds is None:
        return cost
    epoch_seconds = (seconds - FINISHING_SECONDS) / config.epochs
    return replace(cost, seconds=seconds, epoch_seconds=epoch_seconds)


def show_cost(
    runs: Sequence[TrainingConfig],
    cost: CostEstimate | None,
    baselines: Sequence[TrainingConfig],
    baseline_cost: CostEstimate | None,
) -> None:
    """Show parameters, steps and time of what starts, or that this machine is being measured.

    Args:
        runs: The runs with the chosen settings, one per seed.
        cost: The estimated cost of each of them; None while this machine is being measured.
        baselines: The runs that repeat the one to compare with, one per seed.
        baseline_cost: The estimated cost of each of them; None likewise, or if there are none.
    """
    costs = [cost] * len(runs) + [baseline_cost] * len(baselines)
    known = [each for each in costs if each is not None]
    if cost is None or len(known) < len(costs):
        st.caption(
            _(
                ":material/schedule: How long this takes is being measured on this machine; the "
                "estimate will appear here soon. You can start training without it."
            )
        )
        return
    config = runs[0]
    values = {
        "parameters": cost.parameters,
        "epochs": ngettext("{count} epoch", "{count:,} epochs", config.epochs, count=config.epochs),
        "steps": cost.steps,
        "images": ngettext(
            "{count} image", "{count:,} images", config.batch_size, count=config.batch_size
        ),
        "duration": format_duration(sum(each.seconds for each in known)),
    }
    if baselines:
        text = ngettext(
            ":material/schedule: {parameters:,} parameters, {repeats} runs of {epochs} of "
            "{steps:,} steps with {images} each, and {repeated} run that repeats the run to "
            "compare with: about {duration} on this machine.",
            ":material/schedule: {parameters:,} parameters, {repeats} runs of {epochs} of "
            "{steps:,} steps with {images} each, and {repeated} runs that repeat the run to "
            "compare with: about {duration} on this machine.",
            len(baselines),
            repeats=len(runs),
            repeated=len(baselines),
            **values,
        )
    elif len(runs) > 1:
        text = _(
            ":material/schedule: {parameters:,} parameters, {repeats} runs of {epochs} of "
            "{steps:,} steps with {images} each: about {duration} on this machine.",
            repeats=len(runs),
            **values,
        )
    else:
        text = _(
            ":material/schedule: {parameters:,} parameters, {epochs} of {steps:,} steps with "
            "{images} each: about {duration} on this machine.",
            **values,
        )
    st.caption(text)
