"""Probabilities that mean what they say: of the answers given with 90 %, nine in ten are right.

A network's probabilities are too high or too low alike for all images; one number, the temperature
that its logits are divided by, mends most of that without changing an answer (Guo et al., "On
calibration of modern neural networks", 2017). It is fitted on images held out of the training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 15
COLDEST, HOTTEST = 0.1, 10.0


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers are right, by the probability that they were given with.

    The answers are sorted into bins of equal width, by their highest probability in 0..1.
    edges: (bins + 1,). counts: (bins,) answers in each bin. confidence and accuracy: (bins,) their
    mean probability and the share that is right, NaN in empty bins. All but counts float64.
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
    """Find the temperature with the lowest mean cross-entropy, from 0.1 to 10.

    Args:
        logits: (n, 10) float32, of images that the network has not learnt from; n at least 1.
        labels: (n,) in 0..9.
    """
    # Here, since it takes a third of a second to load, which every start of the app would wait for.
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    given = logits[np.arange(len(labels)), labels].astype(np.float64)

    def loss(exponent: float) -> float:
        temperature = np.exp(exponent)
        return float((logsumexp(logits / temperature, axis=1) - given / temperature).mean())

    bounds = (np.log(COLDEST), np.log(HOTTEST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def measure_reliability(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS
) -> Reliability:
    """Compare the probability of each answer with whether it is right.

    Args:
        probabilities: (n, 10), rows summing to 1.
        labels: (n,) in 0..9.
        bins: How many bins there are.
    """
    highest = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    places = np.clip(np.ceil(highest * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    filled = np.where(counts > 0, counts, np.nan)
    return Reliability(
        edges=edges,
        counts=counts,
        confidence=np.bincount(places, highest, bins) / filled,
        accuracy=np.bincount(places, right, bins) / filled,
    )


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS
) -> float:
    """Return the mean gap between the probability of an answer and how often it is right, 0..1.

    Arguments are those of `measure_reliability`.
    """
    return measure_reliability(probabilities, labels, bins).expected_error
