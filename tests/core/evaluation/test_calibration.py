"""Tests of mnist_core.evaluation.calibration: temperature and calibration error."""

import numpy as np
import pytest

from mnist_core.evaluation.calibration import (
    apply_temperature,
    expected_calibration_error,
    fit_temperature,
    measure_reliability,
)
from mnist_core.evaluation.evaluation import Evaluation


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_fitted_temperature_is_the_true_one(temperature: float) -> None:
    """The labels are drawn from the softmax of the logits divided by it."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (20_000, 10)).astype(np.float32)
    cumulative = softmax(logits / temperature).cumsum(axis=1)
    labels = (rng.random((len(logits), 1)) > cumulative).sum(axis=1).clip(0, 9)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_the_temperature_of_a_perfect_network_is_the_lower_bound() -> None:
    """Without mistakes, a lower temperature always gives a lower loss."""
    logits = 5 * np.eye(10, dtype=np.float32)
    assert 0.1 <= fit_temperature(logits, np.arange(10)) < 0.2


def test_small_probabilities_can_be_sharpened() -> None:
    """The loss of a label that was nearly impossible stays finite."""
    probabilities = np.full((1, 10), 1e-30, np.float32)
    probabilities[0, 3] = 1
    sharpened = Evaluation(np.array([7], np.uint8), apply_temperature(probabilities, 0.1))
    assert 60 < sharpened.loss < np.inf


def test_the_calibration_error_of_five_predictions() -> None:
    """Four with confidence 0.7, two of them correct, one correct with 0.9: (4 × 0.2 + 0.1) / 5."""
    probabilities = np.full((5, 10), 0.3 / 9)
    probabilities[:4, 0] = 0.7
    probabilities[4] = 0.1 / 9
    probabilities[4, 0] = 0.9
    labels = np.array([0, 0, 1, 2, 0])
    assert expected_calibration_error(probabilities, labels, bins=10) == pytest.approx(0.18)


def test_each_prediction_is_in_one_bin() -> None:
    """A confidence of 1 is in the last bin; the accuracy of empty bins is NaN."""
    probabilities = np.eye(10)[[3, 4, 5]]
    reliability = measure_reliability(probabilities, np.array([3, 4, 6]))
    assert reliability.counts.tolist() == [0] * 14 + [3]
    assert reliability.accuracy[-1] == pytest.approx(2 / 3)
    assert np.isnan(reliability.accuracy[:-1]).all()
    assert reliability.edges[[0, -1]].tolist() == [0, 1]
