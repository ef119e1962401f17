"""Fit the weights of `mnist_core.inference.digit_confidence` on composed numbers.

`mnist_core.training.train_line_reader` does so for the network that it has trained. The numbers are
composed of images that no network was trained on and of drawn digits. Some contain a letter, which
is never read correctly, so that doubt follows what is not a digit too.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

import numpy as np
from scipy.optimize import minimize

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_confidence import ConfidenceWeights, estimate
from mnist_core.inference.number_reader import find_digits
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.synthesis.digit_strings import ComposedNumber

PENALTY = 1e-3  # of the squared weights
DOUBTED_FRACTION = 0.04  # of the numbers that are read correctly


def fit_confidence(
    classifier: Classifier, reader: OnnxModel, numbers: Iterable[ComposedNumber]
) -> ConfidenceWeights:
    """Read numbers, and fit the logistic regression and the lowest confidence without doubt.

    Args:
        classifier: The classifier that reads the numbers.
        reader: The line reader, with or without weights.
        numbers: The numbers; those with strokes are also read without their strokes.
    """
    texts, lines, are_correct = [], [], []
    for number in numbers:
        for strokes in (None, number.strokes) if number.strokes else (None,):
            found = find_digits(classifier, reader, number.ink, strokes)
            if found is not None:
                digits = found.evidence.probabilities.argmax(axis=1)
                texts.append(number.text)
                lines.append(found)
                are_correct.append(match_digits("".join(map(str, digits)), number.text))
    features = np.concatenate([found.evidence.features for found in lines])
    weights = ConfidenceWeights(fit_logistic(features, np.concatenate(are_correct)), 0)
    readings = [found.read(weights) for found in lines]
    lowest = [
        reading.lowest_confidence
        for reading, text in zip(readings, texts, strict=True)
        if reading.text == text
    ]
    return ConfidenceWeights(weights.values, float(np.quantile(lowest, DOUBTED_FRACTION)))


def match_digits(read: str, written: str) -> np.ndarray:
    """Return which digits of a reading are right, although others are missing or too many.

    Args:
        read: The digits that were read, n of them.
        written: The number.

    Returns:
        (n,) bool.

    Examples:
        >>> match_digits("75629", "756299").tolist()
        [True, True, True, True, True]
        >>> match_digits("7126", "726").tolist()
        [True, False, True, True]
    """
    are_right = np.zeros(len(read), bool)
    for block in SequenceMatcher(None, read, written, autojunk=False).get_matching_blocks():
        are_right[block.a : block.a + block.size] = True
    return are_right


def fit_logistic(features: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, the constant last, (k + 1,) float64.

    Args:
        features: (n, k).
        targets: (n,) bool.

    Examples:
        >>> features = np.linspace(-2, 2, 9)[:, np.newaxis]
        >>> slope, constant = fit_logistic(features, features[:, 0] > 0.3)
        >>> bool(slope > 1), bool(-1 < constant / slope < 0)
        (True, True)
    """
    signs = np.where(targets, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * estimate(features, weights)
        slopes = -signs / (1 + np.exp(margins)) / len(signs)
        gradient = np.append(slopes @ features, slopes.sum())
        value = np.logaddexp(0, -margins).mean() + PENALTY * (weights[:-1] ** 2).sum()
        return float(value), gradient + 2 * PENALTY * np.append(weights[:-1], 0)

    return np.asarray(minimize(loss, np.zeros(features.shape[1] + 1), jac=True).x)
