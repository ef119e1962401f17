"""Whether a drawing is a digit at all.

A classifier answers with one of ten digits whatever it is shown, and its probabilities say little
about drawings unlike all that it has learnt from. A small network of its own, the detector, has
seen
what is no digit besides what is: letters, scribbles, filled shapes, mirrored digits, several
digits side by side (training with outliers: Hendrycks et al., "Deep anomaly detection with outlier
exposure", 2019). It depends on no classifier, and so stands before each.

`mnist_core.training.train_ood` makes the detector.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import numpy as np

from mnist_core.inference.classifier import PRETRAINED, Classifier, ModelError, open_session

OOD_DETECTOR = PRETRAINED / "auxiliary" / "ood_detector.onnx"

Kind = Literal["digit", "no digit", "several digits"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OOD_MESSAGES: dict[Kind, str] = {
    "digit": "",
    "no digit": "This may not be a digit.",
    "several digits": "More than one digit?",
}


class OodDetector:
    """Tells digits from other drawings. Immutable; may be used from many threads at once.

    threshold: the lowest probability with which a drawing is taken for a digit, fixed so that
    99.5 % of training images that were held out are.
    """

    def __init__(self, network: Classifier) -> None:
        self._network = network
        self.threshold: float = network.metadata["threshold"]

    @classmethod
    def load(cls, path: Path = OOD_DETECTOR) -> OodDetector:
        """Load the detector, by default the shipped one.

        Raises:
            ModelError: The file is missing, damaged, or no detector.
        """
        try:
            detector = cls(Classifier(open_session(path), path))
            detector.probabilities(np.zeros((1, 28, 28), np.float32))
        except ModelError:
            raise
        except Exception as error:  # ONNX Runtime raises many types that share no base.
            raise ModelError(
                f"{path.name} cannot be used to tell digits from other drawings: it is damaged "
                "or another kind of model. Expected the ood_detector.onnx that comes with the app; "
                "restore it, or make it with “python -m mnist_core.training.train_ood”."
            ) from error
        return detector

    def classify(self, image: np.ndarray) -> Kind:
        """Say what a drawing is.

        Args:
            image: (28, 28), float32 in 0..1 or uint8 in 0..255, as `prepare_drawing` gives it.
        """
        digit, nothing, several = self.probabilities(image[None])[0]
        if digit >= self.threshold:
            return "digit"
        return "several digits" if several > nothing else "no digit"

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities of the three kinds, in the order of `KINDS`, (n, 3) float32.

        Args:
            images: (n, 28, 28), float32 in 0..1 or uint8 in 0..255.
        """
        return self._network.outputs(images, ["probabilities"])[0]
