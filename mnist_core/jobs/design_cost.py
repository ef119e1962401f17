"""How long a network takes that was not measured itself, from the measured networks.

The time of a gradient step has a part per layer and a part per parameter; the time that each image
adds has a part per multiplication and a part per value that the layers output. The four factors,
none of them negative, are fitted to the measurements of the named networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mnist_core.config import TrainingConfig
from mnist_core.inference.network_plan import NetworkPlan, plan_network
from mnist_core.jobs.cost_estimate import Measurement
from mnist_core.training.architectures import NETWORKS

MIN_MEASURED = 2


def find_measurement(
    config: TrainingConfig, measurements: Mapping[str, Measurement]
) -> Measurement | None:
    """Return the measurement of a run's network, predicted for a network of one's own.

    Args:
        config: The run's hyperparameters.
        measurements: The measurements of the named networks, by name.

    Returns:
        The measurement; None if the network, or too few of the named ones, were measured yet.
    """
    if config.design is None:
        return measurements.get(config.model)
    plans = {
        name: plan_network(network.design)
        for name, network in NETWORKS.items()
        if name in measurements
    }
    if len(plans) < MIN_MEASURED:
        return None
    return _predict(plan_network(config.design), plans, measurements)


def _predict(
    plan: NetworkPlan, plans: Mapping[str, NetworkPlan], measurements: Mapping[str, Measurement]
) -> Measurement:
    measured = [measurements[name] for name in plans]
    step = _fit(
        [_step_parts(each) for each in plans.values()], [each.step_seconds for each in measured]
    )
    image = _fit(
        [_image_parts(each) for each in plans.values()], [each.image_seconds for each in measured]
    )
    return replace(
        measured[0],
        parameters=plan.parameters,
        startup_seconds=max(each.startup_seconds for each in measured),
        step_seconds=float(step @ _step_parts(plan)),
        image_seconds=float(image @ _image_parts(plan)),
    )


def _step_parts(plan: NetworkPlan) -> tuple[int, int]:
    return len(plan.layers), plan.parameters


def _image_parts(plan: NetworkPlan) -> tuple[int, int]:
    return plan.multiply_adds, plan.values


def _fit(parts: list[tuple[int, int]], seconds: list[float]) -> np.ndarray:
    """Return the factors, 0 or more, with the least sum of squared relative errors."""
    from scipy.optimize import nnls

    # Nothing takes no time at all; a duration of 0 is one that was too short to measure.
    target = np.maximum(seconds, 1e-7)
    factors, _ = nnls(np.array(parts, float) / target[:, np.newaxis], np.ones(len(target)))
    return np.asarray(factors)
