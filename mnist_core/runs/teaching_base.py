"""The model that a teaching starts from."""

from __future__ import annotations

from mnist_core.inference.classifier import Classifier
from mnist_core.runs.trained_model import TrainedModel
from mnist_core.teaching.drawings import TeachingError
from mnist_core.teaching.lesson import ALREADY_TAUGHT


def load_base(model: TrainedModel) -> Classifier:
    """Load a model that is to be taught.

    Raises:
        TeachingError: It was taught drawings before.
        ModelError: The file is missing or damaged.
    """
    classifier = model.load()
    check_base(model, classifier)
    return classifier


def check_base(model: TrainedModel, classifier: Classifier) -> None:
    """Check that a model can be taught.

    Args:
        model: The model.
        classifier: Its network, whose file may say that it was taught.

    Raises:
        TeachingError: It was taught drawings before.
    """
    if model.is_taught or classifier.is_taught:
        raise TeachingError(ALREADY_TAUGHT)
