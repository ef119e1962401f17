"""Tests of mnist_core.training.fit_digit_confidence: its logistic regression."""

import numpy as np

from mnist_core.inference.digit_confidence import estimate, log_odds
from mnist_core.training.fit_digit_confidence import fit_logistic


def test_a_known_regression_is_found() -> None:
    """The estimated probabilities are near those that the targets were drawn with."""
    rng = np.random.default_rng(0)
    features = rng.normal(0, 1, (20_000, 2))
    expected = np.array([1.0, -0.5, 0.3])
    probabilities = 1 / (1 + np.exp(-estimate(features, expected)))
    weights = fit_logistic(features, rng.random(20_000) < probabilities)
    np.testing.assert_allclose(weights, expected, atol=0.1)


def test_log_odds_are_limited() -> None:
    """Certain features do not decide alone."""
    odds = log_odds(np.array([0, 0.5, 1], np.float32))
    np.testing.assert_allclose(odds, [-8, 0, 8], atol=1e-6)
