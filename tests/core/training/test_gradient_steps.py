"""Tests of mnist_core.training.gradient_steps: the optimizer's schedule and the bfloat16 option."""

import numpy as np
import pytest

from mnist_core.training import gradient_steps
from mnist_core.training.gradient_steps import bfloat16_where_supported, make_optimizer
from tests.small import configure

pytestmark = pytest.mark.slow


def test_one_cycle_rises_and_falls_to_zero() -> None:
    """The learning rate peaks at the given one after 30 % of the steps and ends at zero."""
    optimizer = make_optimizer(configure(learning_rate=0.02, schedule="one-cycle"), 100)
    rates = [float(optimizer._learning_rate(step)) for step in range(101)]
    assert rates[0] == pytest.approx(0.02 / 25)
    assert int(np.argmax(rates)) == 30
    assert max(rates) == pytest.approx(0.02)
    assert rates[-1] == pytest.approx(0, abs=1e-6)


def test_a_constant_schedule_keeps_the_learning_rate() -> None:
    """An int, as a command line may give it, is accepted."""
    config = configure(optimizer="sgd", schedule="constant", learning_rate=1)
    assert float(make_optimizer(config, 100).learning_rate) == 1


@pytest.mark.parametrize("before", [True, False])
def test_the_bfloat16_option_is_restored(monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    """The option follows the processor inside the context and returns to its previous value."""
    import tensorflow as tf

    option = "auto_mixed_precision_onednn_bfloat16"

    def read() -> bool:
        return tf.config.optimizer.get_experimental_options()[option]

    tf.config.optimizer.set_experimental_options({option: before})
    monkeypatch.setattr(gradient_steps, "BFLOAT16", () if before else ("",))
    try:
        with bfloat16_where_supported():
            assert read() is not before
        assert read() is before
    finally:
        tf.config.optimizer.set_experimental_options({option: False})
