"""Out-of-distribution detection: whether a drawing is a digit at all.

A classifier assigns one of ten digits to every drawing, and its probabilities say little about
drawings unlike its training images. The out-of-distribution detector is a small separate network,
trained on digits and on letters, scribbles, filled shapes, mirrored digits and several digits
side by side (training with outliers: Hendrycks et al., "Deep anomaly detection with outlier
exposure", 2019). It does not depend on the classifier.

`mnist_core.training.train_ood` trains it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from mnist_core.inference.onnx_model import (
    PRETRAINED,
    OnnxModel,
    explain_damage,
    to_network_input,
)
from mnist_core.messages import message

OOD_DETECTOR = PRETRAINED / "auxiliary" / "ood_detector.onnx"

DrawingClass = Literal["digit", "not_a_digit", "multiple_digits"]
DRAWING_CLASSES: tuple[DrawingClass, ...] = get_args(DrawingClass)
# Among the training images that are not one digit, those of several digits are rarer than among
# people's drawings; their probability counts this many times.
SEVERAL_DIGITS_FACTOR = 4
OOD_MESSAGES: dict[DrawingClass, str] = {
    "digit": "",
    "not_a_digit": message("This may not be a digit."),
    "multiple_digits": message("More than one digit?"),
}


class OodDetector:
    """The out-of-distribution detector. Immutable; safe to use from several threads.

    Attributes:
        threshold: The lowest probability, 0..1, at which a drawing is accepted as a digit. It was
            chosen so that 99.5 % of the held-out training images are accepted.

    Examples:
        >>> from mnist_core import load_mnist
        >>> detector = OodDetector.load()
        >>> detector.classify(load_mnist().test.images[0])
        'digit'
        >>> detector.classify(np.ones((28, 28), np.float32))
        'not_a_digit'
    """

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self.threshold: float = model.metadata["threshold"]

    @classmethod
    def load(cls, path: Path = OOD_DETECTOR) -> OodDetector:
        """Load the detector, by default the one that comes with the app.

        Raises:
            ModelError: The file is missing, damaged, or not a detector.
        """
        with explain_damage(
            message(
                "{name} cannot be used as the out-of-distribution detector: it is damaged or "
                "another kind of model. Expected the ood_detector.onnx that comes with the app; "
                "restore it, or train it with “python -m mnist_core.training.train_ood”.",
                name=path.name,
            )
        ):
            detector = cls(OnnxModel(path))
            detector.probabilities(np.zeros((1, 28, 28), np.float32))
        return detector

    def classify(self, image: np.ndarray) -> DrawingClass:
        """Return the class of a drawing.

        Args:
            image: (28, 28), float32 in 0..1 or uint8 in 0..255, from `prepare_drawing`.
        """
        digit, other, multiple = self.probabilities(image[np.newaxis])[0]
        if digit >= self.threshold:
            return "digit"
        are_several = SEVERAL_DIGITS_FACTOR * multiple > other
        return "multiple_digits" if are_several else "not_a_digit"

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probability of each class in the order of `DRAWING_CLASSES`, (n, 3) float32.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.

        Raises:
            ValueError: The images are of another shape.
        """
        return self._model.run(to_network_input(images), ["probabilities"])[0]


@lru_cache(maxsize=1)
def load_detector() -> OodDetector:
    """Load the detector that comes with the app, once for all who read numbers and pictures.

    Raises:
        ModelError: The file is missing, damaged, or not a detector.
    """
    return OodDetector.load()
