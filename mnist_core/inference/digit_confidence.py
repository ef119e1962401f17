"""How probable it is that the digits of a number were found and read correctly.

A logistic regression on what the line reader, the classifier and the out-of-distribution detector
make of a digit, and on how probable the line reader finds the whole number.
`mnist_core.training.fit_digit_confidence` fits the weights on composed numbers; they are stored in
the line reader's file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mnist_core.inference.line_reader import Frames

LIMIT = 8.0  # of log odds, so that no single feature decides
MIN_PROBABILITY = 1e-3  # of a digit by either network, so that none excludes a digit
CUT_WEIGHT = 0.3  # of what the classifier says about a digit that was cut through ink


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


@dataclass(frozen=True, eq=False)
class DigitEvidence:
    """What the networks make of the digits of a number.

    Attributes:
        in_line: (n, 10) float64, the line reader's probabilities, if there is a digit.
        alone: (n, 10) float32, the classifier's probabilities.
        detector: (n, 3) float32, the out-of-distribution detector's probabilities.
        are_cut: (n,) bool, whether a digit was cut through ink, so that it alone says less.
        frames: What the line reader says about the whole line.
    """

    in_line: np.ndarray
    alone: np.ndarray
    detector: np.ndarray
    are_cut: np.ndarray
    frames: Frames

    @cached_property
    def probabilities(self) -> np.ndarray:
        """(n, 10) float64, of each digit, if there is a digit.

        Proportional to the product of both networks' probabilities, the classifier's to the power
        of `CUT_WEIGHT` where the digit was cut.
        """
        alone = np.log(self.alone + MIN_PROBABILITY) * self._weights[:, np.newaxis]
        product = np.exp(alone) * (self.in_line + MIN_PROBABILITY)
        return product / product.sum(axis=1, keepdims=True)

    @cached_property
    def log_probability(self) -> float:
        """The line reader's, of the number that is read."""
        text = tuple(self.probabilities.argmax(axis=1).tolist())
        return float(self.frames.measure_texts([text])[0])

    @property
    def score(self) -> float:
        """How well both networks agree with the number that is read."""
        return self.log_probability + float(np.log(self._agreement).sum())

    @property
    def features(self) -> np.ndarray:
        """(n, 5) float64, of the logistic regression."""
        whole = log_odds(np.exp(np.array(self.log_probability)))
        return np.stack(
            [
                log_odds(self.probabilities.max(axis=1)),
                log_odds(self.in_line.max(axis=1)),
                np.full(len(self.alone), whole),
                log_odds(self.detector[:, 0]) * self._weights,
                np.log(self._agreement) * self._weights,
            ],
            axis=1,
        )

    @cached_property
    def _agreement(self) -> np.ndarray:
        own = self.probabilities.argmax(axis=1)[:, np.newaxis]
        return np.take_along_axis(self.alone + MIN_PROBABILITY, own, axis=1)[:, 0]

    @property
    def _weights(self) -> np.ndarray:
        return np.where(self.are_cut, CUT_WEIGHT, 1.0)


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
