"""Tests of mnist_core.inference.activation_functions: values and slopes are those of Keras."""

import numpy as np
import pytest
from scipy import special

from mnist_core.inference.activation_functions import (
    ACTIVATION_FUNCTIONS,
    find_activation,
    log_softmax,
    softmax,
)
from mnist_core.layer_designs import ACTIVATIONS

VALUES = np.array([-30, -3, -1, -0.5, 0.5, 1, 3, 30])


def test_every_activation_of_a_design_is_known() -> None:
    """Designs list the names once more, since they lie below."""
    assert set(ACTIVATION_FUNCTIONS) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_the_slope(name: str) -> None:
    """Compared with the difference of two close values."""
    function, step = ACTIVATION_FUNCTIONS[name], 1e-6
    slopes = (function.apply(VALUES + step) - function.apply(VALUES - step)) / (2 * step)
    np.testing.assert_allclose(function.derivative(VALUES), slopes, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_values_are_those_of_keras(name: str) -> None:
    """With Keras's default arguments."""
    import keras

    expected = keras.activations.get(name)(VALUES.astype(np.float32))
    np.testing.assert_allclose(ACTIVATION_FUNCTIONS[name].apply(VALUES), expected, atol=1e-5)


def test_a_layer_applies_its_own_activation() -> None:
    """A ReLU layer names none, and most layers apply none."""
    assert find_activation("ReLU", {}) == "relu"
    assert find_activation("Dense", {"activation": "tanh"}) == "tanh"
    assert find_activation("Flatten", {}) == "linear"


def test_softmax_is_that_of_scipy() -> None:
    """Of any float type, also for logits whose exponentials overflow."""
    for logits in (np.array([[1000, 999, -1000], [1, 2, 3]], np.float32), VALUES.astype(float)):
        np.testing.assert_allclose(softmax(logits), special.softmax(logits, axis=-1), rtol=1e-6)
        expected = special.log_softmax(logits, axis=-1)
        np.testing.assert_allclose(log_softmax(logits), expected, rtol=1e-6)
        assert softmax(logits).dtype == log_softmax(logits).dtype == logits.dtype
