"""A network whose training diverged."""

import numpy as np

from mnist_core.inference.classifier import PRETRAINED, Classifier


def make_diverged() -> bytes:
    """Return the content of an .onnx file of a network whose weights are all NaN."""
    classifier = Classifier.load(PRETRAINED / "compact.onnx")
    weights = {name: np.full_like(values, np.nan) for name, values in classifier.weights.items()}
    return classifier.with_taught_weights(weights).graph
