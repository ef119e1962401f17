"""The learning rate of each step of a run, as Keras's schedules compute it."""

from __future__ import annotations

import numpy as np

from mnist_core.config import TrainingConfig

# The one-cycle schedule starts at the peak divided by the first number, and reaches the peak after
# this fraction of the run.
START_DIVISOR, WARMUP_FRACTION = 25, 0.3


def count_warmup_steps(steps: int) -> int:
    """Return after how many of the steps of a run the one-cycle schedule reaches its peak."""
    return max(1, round(WARMUP_FRACTION * steps))


def list_learning_rates(config: TrainingConfig, steps: int) -> np.ndarray:
    """Return the learning rate of each step of a run.

    Args:
        config: The hyperparameters.
        steps: The number of steps of the whole run.

    Returns:
        (steps,) float64.

    Examples:
        >>> config = TrainingConfig(learning_rate=0.1, schedule="one-cycle")
        >>> rates = list_learning_rates(config, 100)
        >>> round(float(rates[0]), 3), float(rates[30]), bool(rates[99] < 0.001)
        (0.004, 0.1, True)
    """
    if config.schedule == "constant":
        return np.full(steps, config.learning_rate)
    step, warmup = np.arange(steps), count_warmup_steps(steps)
    start = config.learning_rate / START_DIVISOR
    rising = start + (config.learning_rate - start) * step / warmup
    decayed = np.clip((step - warmup) / max(1, steps - warmup), 0, 1)
    falling = config.learning_rate * (1 + np.cos(np.pi * decayed)) / 2
    return np.where(step < warmup, rising, falling)
