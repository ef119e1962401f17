"""Temperature scaling and calibration error.

In a calibrated classifier, 90 % of the predictions made with 90 % confidence are correct. Dividing
the logits by one number, the temperature, corrects most of the miscalibration without changing a
prediction (Guo et al., "On calibration of modern neural networks", 2017). It is fitted on images
held out from training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 15
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.1, 10.0


@dataclass(frozen=True, eq=False)
class Reliability:
    """Accuracy by confidence, for predictions in bins of equal width.

    Attributes:
        edges: (bins + 1,) float64 in 0..1, the borders of the bins.
        counts: (bins,) int64, the number of predictions in each bin.
        confidence: (bins,) float64, their mean confidence; NaN in empty bins.
        accuracy: (bins,) float64, the fraction that is correct; NaN in empty bins.
    """

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @property
    def expected_error(self) -> float:
        """The expected calibration error: the mean gap between confidence and accuracy, 0..1."""
        gaps = np.abs(self.confidence - self.accuracy)
        return float(np.nansum(gaps * self.counts) / max(1, self.counts.sum()))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Fit the temperature with the lowest mean cross-entropy, between 0.1 and 10.

    Args:
        logits: (n, 10) float32, of images not used for training; n at least 1.
        labels: (n,) in 0..9.

    Examples:
        >>> logits = np.tile(4 * np.eye(10, dtype=np.float32)[0], (10, 1))
        >>> labels = np.array([0, 0, 0, 0, 0, 0, 0, 1, 2, 3])  # 7 of 10 are correct
        >>> temperature = fit_temperature(logits, labels)
        >>> powers = np.exp(logits / temperature)
        >>> probabilities = powers / powers.sum(axis=1, keepdims=True)
        >>> round(float(probabilities[0, 0]), 2)
        0.7
    """
    # Imported here, because importing SciPy delays the start of the app.
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    label_logits = logits[np.arange(len(labels)), labels].astype(np.float64)

    def loss(log_temperature: float) -> float:
        temperature = np.exp(log_temperature)
        return float((logsumexp(logits / temperature, axis=1) - label_logits / temperature).mean())

    bounds = (np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def apply_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return the probabilities that follow if the logits are divided by a temperature.

    Args:
        probabilities: (n, 10) float, the softmax of the logits.
        temperature: More than 0. A second call with 1 / temperature undoes the first.

    Examples:
        >>> apply_temperature(np.array([[0.8, 0.2]]), 0.5).round(3)
        array([[0.941, 0.059]])
    """
    powers = probabilities.astype(np.float64) ** (1 / temperature)
    scaled: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return scaled


def measure_reliability(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS
) -> Reliability:
    """Compare the confidence of predictions with their accuracy.

    Args:
        probabilities: (n, 10), rows summing to 1.
        labels: (n,) in 0..9.
        bins: The number of bins.

    Examples:
        >>> probabilities = np.full((4, 10), 0.2 / 9)
        >>> probabilities[:, 0] = 0.8
        >>> reliability = measure_reliability(probabilities, np.array([0, 0, 0, 1]), bins=10)
        >>> float(reliability.accuracy[7]), round(float(reliability.confidence[7]), 3)
        (0.75, 0.8)
    """
    highest = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    bin_indices = np.clip(np.ceil(highest * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(bin_indices, minlength=bins)
    filled = np.where(counts > 0, counts, np.nan)
    return Reliability(
        edges=edges,
        counts=counts,
        confidence=np.bincount(bin_indices, highest, bins) / filled,
        accuracy=np.bincount(bin_indices, correct, bins) / filled,
    )


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS
) -> float:
    """Return the expected calibration error, 0..1.

    Args:
        probabilities: (n, 10), rows summing to 1.
        labels: (n,) in 0..9.
        bins: The number of bins.

    Examples:
        >>> probabilities = np.full((4, 10), 0.2 / 9)
        >>> probabilities[:, 0] = 0.8
        >>> round(expected_calibration_error(probabilities, np.array([0, 0, 0, 1])), 3)
        0.05
    """
    return measure_reliability(probabilities, labels, bins).expected_error
