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
from mnist_core.inference.digit_confidence import ConfidenceWeights, digit_features, weigh
from mnist_core.inference.digit_segmenter import find_best_path, measure_path_fractions
from mnist_core.inference.number_reader import RegionEvidence, choose_digits, gather_evidence
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.inference.segmentation import propose_regions
from mnist_core.synthesis.digit_strings import ComposedNumber
from mnist_core.training.region_labels import NOT_ONE_DIGIT, label_regions

PENALTY = 1e-3  # of the squared weights
DOUBTED_FRACTION = 0.04  # of the numbers that are read correctly


def fit_confidence(
    classifier: Classifier, segmenter: OnnxModel, numbers: Iterable[ComposedNumber]
) -> ConfidenceWeights:
    """Read numbers and fit both logistic regressions and the lowest confidence without doubt.

    Args:
        classifier: The classifier that reads the numbers.
        segmenter: The digit segmenter, with or without weights.
        numbers: The numbers; those with strokes are also read without their strokes.
    """
    texts, lines, labels = [], [], []
    for number in numbers:
        for strokes in (None, number.strokes) if number.strokes else (None,):
            evidence = gather_evidence(classifier, segmenter, propose_regions(number.ink, strokes))
            texts.append(number.text)
            lines.append(evidence)
            labels.append(label_regions(number, evidence.proposals))
    is_digit = np.concatenate(labels) != NOT_ONE_DIGIT
    region = fit_logistic(np.concatenate([line.features for line in lines]), is_digit)
    pairs = [_read_path(*pair, region) for pair in zip(lines, labels, strict=True)]
    features, are_correct = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    weights = ConfidenceWeights(region, fit_logistic(features, are_correct), 0)
    readings = [choose_digits(line, weights) for line in lines]
    lowest = [
        min(digit.confidence for digit in reading.digits)
        for reading, text in zip(readings, texts, strict=True)
        if reading.text == text
    ]
    min_confidence = float(np.quantile(lowest, DOUBTED_FRACTION))
    return ConfidenceWeights(weights.region, weights.digit, min_confidence)


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
        margins = signs * weigh(features, weights)
        slopes = -signs / (1 + np.exp(margins)) / len(signs)
        gradient = np.append(slopes @ features, slopes.sum())
        value = np.logaddexp(0, -margins).mean() + PENALTY * (weights[:-1] ** 2).sum()
        return float(value), gradient + 2 * PENALTY * np.append(weights[:-1], 0)

    return np.asarray(minimize(loss, np.zeros(features.shape[1] + 1), jac=True).x)


def _read_path(
    line: RegionEvidence, labels: np.ndarray, region_weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of the digits that are read, and whether each is correct, (n,) bool."""
    scores = weigh(line.features, region_weights)
    path = find_best_path(line.proposals, scores)
    fractions = measure_path_fractions(line.proposals, scores)[path]
    probabilities = line.probabilities[path]
    features = digit_features(line.features[path], fractions, probabilities)
    return features, probabilities.argmax(axis=1) == labels[path]
