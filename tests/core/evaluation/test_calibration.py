"""Temperature and calibration error."""

import numpy as np
import pytest

from mnist_core.evaluation.calibration import (
    expected_calibration_error,
    fit_temperature,
    measure_reliability,
)


def softmax(logits: np.ndarray) -> np.ndarray:
    """The textbook formula."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_logits_were_made_with_is_found(temperature: float) -> None:
    """Labels drawn from the softmax of logits over T are fitted best by T."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (20_000, 10)).astype(np.float32)
    chances = softmax(logits / temperature).cumsum(axis=1)
    labels = (rng.random((len(logits), 1)) > chances).sum(axis=1).clip(0, 9)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_a_network_that_is_always_right_gets_a_temperature_within_bounds() -> None:
    """Without mistakes colder is always better; the fit ends at its coldest."""
    logits = 5 * np.eye(10, dtype=np.float32)
    assert 0.1 <= fit_temperature(logits, np.arange(10)) < 0.2


def test_the_error_of_a_case_reckoned_by_hand() -> None:
    """Four answers at 0.7 of which two are right, one at 0.9 that is: (4 × 0.2 + 0.1) / 5."""
    probabilities = np.full((5, 10), 0.3 / 9)
    probabilities[:4, 0] = 0.7
    probabilities[4] = 0.1 / 9
    probabilities[4, 0] = 0.9
    labels = np.array([0, 0, 1, 2, 0])
    assert expected_calibration_error(probabilities, labels, bins=10) == pytest.approx(0.18)


def test_bins_hold_every_answer_once() -> None:
    """Also answers that are wholly sure; empty bins have no figures."""
    probabilities = np.eye(10)[[3, 4, 5]]
    reliability = measure_reliability(probabilities, np.array([3, 4, 6]))
    assert reliability.counts.tolist() == [0] * 14 + [3]
    assert reliability.accuracy[-1] == pytest.approx(2 / 3)
    assert np.isnan(reliability.accuracy[:-1]).all()
    assert reliability.edges[[0, -1]].tolist() == [0, 1]
