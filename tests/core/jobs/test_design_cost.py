"""Tests of mnist_core.jobs.design_cost: the time of networks that were not measured."""

import time

import pytest

from mnist_core.config import TrainingConfig
from mnist_core.inference.network_plan import plan_network
from mnist_core.jobs.cost_estimate import Measurement
from mnist_core.jobs.design_cost import find_measurement
from mnist_core.layer_designs import Conv2D, Flatten, MaxPooling2D
from mnist_core.network_design import NetworkDesign
from mnist_core.training.architectures import NETWORKS, configure_own

NAMES = ("tutorial", "compact", "swift", "accurate")
DESIGN = NetworkDesign((Conv2D(24), MaxPooling2D(), Conv2D(48), Flatten()))


def measure_ideally(design: NetworkDesign) -> Measurement:
    """Return the measurement of a machine whose times follow the rule exactly."""
    plan = plan_network(design)
    step = 1e-4 * len(plan.layers) + 2e-9 * plan.parameters
    image = 5e-11 * plan.multiply_adds + 1e-10 * plan.values
    return Measurement(time.time(), plan.parameters, 2.0, step, image, {"affine": 1e-5})


MEASURED = {name: measure_ideally(NETWORKS[name].design) for name in NAMES}


def test_a_design_is_predicted_from_the_measured_networks() -> None:
    """On an ideal machine, exactly."""
    found, ideal = find_measurement(configure_own(DESIGN), MEASURED), measure_ideally(DESIGN)
    assert found is not None
    assert found.step_seconds == pytest.approx(ideal.step_seconds, rel=1e-6)
    assert found.image_seconds == pytest.approx(ideal.image_seconds, rel=1e-6)
    assert found.parameters == plan_network(DESIGN).parameters
    assert found.augmentation == {"affine": 1e-5}


def test_a_named_network_has_its_own_measurement() -> None:
    """It is not predicted."""
    assert find_measurement(TrainingConfig(model="swift"), MEASURED) is MEASURED["swift"]
    assert find_measurement(TrainingConfig(model="swift"), {}) is None


def test_nothing_is_predicted_before_two_networks_were_measured() -> None:
    """One measurement cannot tell the parts of the time apart."""
    assert find_measurement(configure_own(DESIGN), {"swift": MEASURED["swift"]}) is None


def test_a_duration_of_zero_is_no_fault() -> None:
    """A step may be too short to measure beside its images."""
    instant = {
        name: Measurement(time.time(), each.parameters, 1.0, 0.0, each.image_seconds, {})
        for name, each in MEASURED.items()
    }
    found = find_measurement(configure_own(DESIGN), instant)
    assert found is not None
    assert found.step_seconds >= 0
