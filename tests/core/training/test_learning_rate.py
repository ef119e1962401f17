"""Tests of mnist_core.training.learning_rate: the rates are those of Keras's schedules."""

import numpy as np
import pytest

from mnist_core.config import TrainingConfig
from mnist_core.training.gradient_steps import make_optimizer
from mnist_core.training.learning_rate import list_learning_rates

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 1287])
@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_the_rates_are_those_of_the_optimizer(schedule, steps) -> None:
    """At every step of a run."""
    config = TrainingConfig(schedule=schedule, learning_rate=0.02)
    optimizer = make_optimizer(config, steps)
    expected = []
    for step in range(steps):
        optimizer.iterations.assign(step)
        expected.append(float(optimizer.learning_rate))
    np.testing.assert_allclose(list_learning_rates(config, steps), expected, atol=1e-7)
