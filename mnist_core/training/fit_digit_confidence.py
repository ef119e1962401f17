"""Fit the weights of `mnist_core.inference.digit_confidence` on composed numbers.

`mnist_core.training.train_digit_segmenter` does so for the network that it has trained. The
numbers are composed of images that no network was trained on and of drawn digits. Some contain a
letter, which is never read correctly, so that doubt follows what is not a digit too.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.optimize import minimize

from mnist_core.inference.classifier import Classifier
from mnist_core.inference.digit_confidence import ConfidenceWeights, estimate
from mnist_core.inference.number_reader import find_digits
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.segmentation import propose_regions
from mnist_core.synthesis.digit_strings import ComposedNumber
from mnist_core.training.region_labels import label_regions

PENALTY = 1e-3  # of the squared weights
DOUBTED_FRACTION = 0.04  # of the numbers that are read correctly


def fit_confidence(
    classifier: Classifier, segmenter: OnnxModel, numbers: Iterable[ComposedNumber]
) -> ConfidenceWeights:
    """Read numbers, and fit the logistic regression and the lowest confidence without doubt.

    Args:
        classifier: The classifier that reads the numbers.
        segmenter: The digit segmenter, with or without weights.
        numbers: The numbers; those with strokes are also read without their strokes.
    """
    texts, lines, are_correct = [], [], []
    for number in numbers:
        for strokes in (None, number.strokes) if number.strokes else (None,):
            proposals = propose_regions(number.ink, strokes)
            found = find_digits(classifier, segmenter, proposals)
            labels = label_regions(number, proposals.factor, found.regions)
            texts.append(number.text)
            lines.append(found)
            are_correct.append(found.probabilities.argmax(axis=1) == labels)
    features = np.concatenate([found.features for found in lines])
    weights = ConfidenceWeights(fit_logistic(features, np.concatenate(are_correct)), 0)
    readings = [found.read(weights) for found in lines]
    lowest = [
        reading.lowest_confidence
        for reading, text in zip(readings, texts, strict=True)
        if reading.text == text
    ]
    return ConfidenceWeights(weights.values, float(np.quantile(lowest, DOUBTED_FRACTION)))


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
