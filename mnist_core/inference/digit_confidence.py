"""How probable it is that the digits of a number were separated and read correctly.

A logistic regression on what the digit segmenter, the classifier and the out-of-distribution
detector make of a digit, and on how probable its region is among all ways to cut the line.
`mnist_core.training.fit_digit_confidence` fits the weights on composed numbers; they are stored in
the digit segmenter's file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

LIMIT = 8.0  # of log odds, so that no single feature decides
MIN_PROBABILITY = 1e-4  # of a digit by the segmenter, so that it never excludes one


@dataclass(frozen=True, eq=False)
class ConfidenceWeights:
    """The weights of the logistic regression, and what counts as doubtful.

    Attributes:
        values: (6,) float64, of the columns of `digit_features` and the constant.
        min_confidence: The confidence, 0..1, below which a digit is doubtful.
    """

    values: np.ndarray
    min_confidence: float

    @classmethod
    def from_metadata(cls, metadata: dict[str, Any]) -> ConfidenceWeights:
        """Return the weights that `to_metadata` wrote."""
        return cls(np.array(metadata["confidence_weights"]), float(metadata["min_confidence"]))

    def to_metadata(self) -> dict[str, Any]:
        """Return the weights as values of a model's file."""
        return {
            "confidence_weights": self.values.tolist(),
            "min_confidence": self.min_confidence,
        }


def digit_features(
    segmenter: np.ndarray,
    classifier: np.ndarray,
    detector: np.ndarray,
    path_fractions: np.ndarray,
) -> np.ndarray:
    """Return the features of digits, (n, 5) float64.

    Args:
        segmenter: (n, 11) float32, the digit segmenter's probabilities.
        classifier: (n, 10) float32, the classifier's probabilities.
        detector: (n, 3) float32, the out-of-distribution detector's probabilities.
        path_fractions: (n,), from `digit_segmenter.measure_path_fractions`.
    """
    agreement = (segmenter[:, :-1] * classifier).sum(axis=1) / (1 - segmenter[:, -1] + 1e-6)
    return np.stack(
        [
            log_odds(path_fractions),
            log_odds(1 - segmenter[:, -1]),
            log_odds(combine(segmenter, classifier).max(axis=1)),
            log_odds(detector[:, 0]),
            np.log(np.clip(agreement, MIN_PROBABILITY, 1)),
        ],
        axis=1,
    )


def combine(segmenter: np.ndarray, classifier: np.ndarray) -> np.ndarray:
    """Return the probability of each digit, given that a region is a digit, (n, 10) float32.

    It is proportional to the product of both networks' probabilities. The classifier sees the
    region alone, as if it had been drawn alone; the segmenter sees the ink around it, which helps
    where digits overlap.

    Args:
        segmenter: (n, 11) float32, the digit segmenter's probabilities.
        classifier: (n, 10) float32, the classifier's probabilities.
    """
    product = classifier * (segmenter[:, :-1] + MIN_PROBABILITY)
    return product / product.sum(axis=1, keepdims=True)


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Return the log odds of probabilities, float64 within ± `LIMIT`."""
    lowest = 1 / (1 + np.exp(LIMIT))
    clipped = np.clip(probabilities.astype(np.float64), lowest, 1 - lowest)
    return np.log(clipped / (1 - clipped))


def estimate(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the log odds that a logistic regression estimates, (n,) float64.

    Args:
        features: (n, k).
        weights: (k + 1,); the last one is the constant.
    """
    return features @ weights[:-1] + weights[-1]
