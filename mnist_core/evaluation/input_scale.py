"""Which pixels a network from a file was trained on, judged by its accuracy and loss.

Networks are trained on pixels in 0..1, in 0..255 or in -1..1, on standardized ones, which have the
mean 0 and the standard deviation 1, or on black digits on white. One that gets other pixels than
those answers at random, or nearly as well as before but with meaningless probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.layer_rules import count_multiply_adds
from mnist_core.preprocessing.scaling import as_float

IMAGES = 500
# Networks that need more multiply-adds than this for all images and scales get fewer images.
MAX_MULTIPLY_ADDS = 2e11
MIN_IMAGES = 100
# Another scale is suggested if it is right for this fraction of the images more, and for half of
# them at all.
MIN_GAIN, MIN_ACCURACY = 0.02, 0.5
# Or if it is right for at least as many, and the loss falls to this fraction.
MAX_LOSS_RATIO = 0.5
# Of the pixels of MNIST's training images in 0..1, as most programs have them.
MEAN, DEVIATION = 0.1307, 0.3081


@dataclass(frozen=True)
class InputScale:
    """A conversion of pixels in 0..1 with bright ink to those of a network.

    Attributes:
        id: The key in `SCALES`.
        scale: The factor of each pixel.
        offset: Is added to the product.
    """

    id: str
    scale: float
    offset: float


SCALES = {
    scale.id: scale
    for scale in (
        InputScale("unit", 1, 0),
        InputScale("raw", 255, 0),
        InputScale("symmetric", 2, -1),
        InputScale("standardized", 1 / DEVIATION, -MEAN / DEVIATION),
        InputScale("inverted", -1, 1),
        InputScale("raw_inverted", -255, 255),
    )
}


@dataclass(frozen=True)
class ScaleCheck:
    """The accuracy of a network on the same images, converted in different ways.

    Attributes:
        count: The number of images.
        accuracies: The accuracy in 0..1 by the keys of `SCALES`; "unit" is the network as it is.
        losses: The mean cross-entropy, by the same keys.
    """

    count: int
    accuracies: dict[str, float]
    losses: dict[str, float]

    @property
    def fits(self) -> bool:
        """Whether at least half of the images are classified correctly with any scale."""
        return max(self.accuracies.values()) >= MIN_ACCURACY

    @property
    def best(self) -> InputScale:
        """The scale with the highest accuracy, "unit" where others are hardly better.

        Of several that are about as accurate, it is the one with the lowest loss.
        """
        highest = max(self.accuracies.values())
        good = [key for key, value in self.accuracies.items() if value > highest - MIN_GAIN]
        if not self.fits:
            return SCALES["unit"]
        if "unit" in good:  # its probabilities may be worse than its predictions
            limit = MAX_LOSS_RATIO * self.losses["unit"]
            good = [
                key
                for key in good
                if self.losses[key] < limit and self.accuracies[key] >= self.accuracies["unit"]
            ]
        return SCALES[min(good, key=self.losses.__getitem__, default="unit")]


def check_scale(classifier: Classifier, training: Split) -> ScaleCheck:
    """Measure a network's accuracy on training images with each of `SCALES`.

    Args:
        classifier: The network.
        training: Images (n, 28, 28) uint8, of which the first few hundred are used, and labels.

    Examples:
        >>> from mnist_core import load_mnist
        >>> check = check_scale(Classifier.load(), load_mnist().train)
        >>> check.best.id, check.accuracies["unit"] > 0.99
        ('unit', True)
    """
    multiply_adds = sum(count_multiply_adds(classifier.layers).values())
    possible = MAX_MULTIPLY_ADDS / (len(SCALES) * max(1, multiply_adds))
    count = min(len(training.labels), int(np.clip(possible, MIN_IMAGES, IMAGES)))
    images, labels = as_float(training.images[:count]), training.labels[:count]
    accuracies, losses = {}, {}
    for scale in SCALES.values():
        converted = images * np.float32(scale.scale) + np.float32(scale.offset)
        evaluation = Evaluation(labels, classifier.probabilities(converted))
        accuracies[scale.id], losses[scale.id] = evaluation.accuracy, evaluation.loss
    return ScaleCheck(count, accuracies, losses)
