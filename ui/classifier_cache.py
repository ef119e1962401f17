"""The classifiers in memory that all sessions share, as many as fit."""

import math
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from mnist_core.inference.classifier import Classifier

MAX_CLASSIFIERS = 32
MAX_CACHED_VALUES = 75_000_000
"""How many parameters and outputs the cached classifiers have together, at most.

A parameter takes 8 bytes, and 16 once many images were classified and their features computed. So
this is about 1.2 GB: three of the largest networks that can be loaded, 29 of the tutorial's size,
or `MAX_CLASSIFIERS`. A page shows up to 14 at a time: 12 epochs, the chosen one and the trained
model.
"""


class ClassifierCache:
    """The classifiers that were used last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loading = Lock()
        self._classifiers: OrderedDict[tuple[Path, int], Classifier] = OrderedDict()

    def get(self, path: Path, modified: int) -> Classifier:
        """Return a classifier; load it if it is not here.

        Args:
            path: Its file.
            modified: When the file was last changed.

        Raises:
            ModelError: The file is missing or damaged, or the model outputs NaN.
        """
        classifier = self._find(path, modified)
        if classifier is None:
            with self._loading:  # one at a time, so that none is loaded twice
                classifier = self._find(path, modified)
                if classifier is None:
                    classifier = _load_classifier(path)
                    self._keep(path, modified, classifier)
        return classifier

    def _find(self, path: Path, modified: int) -> Classifier | None:
        with self._lock:
            if (path, modified) in self._classifiers:
                self._classifiers.move_to_end((path, modified))
            return self._classifiers.get((path, modified))

    def _keep(self, path: Path, modified: int, classifier: Classifier) -> None:
        with self._lock:
            self._classifiers[path, modified] = classifier
            values = sum(map(_count_values, self._classifiers.values()))
            while len(self._classifiers) > 1 and (
                len(self._classifiers) > MAX_CLASSIFIERS or values > MAX_CACHED_VALUES
            ):
                _key, oldest = self._classifiers.popitem(last=False)
                values -= _count_values(oldest)


def _count_values(classifier: Classifier) -> int:
    """Return the number of a classifier's parameters and outputs for one image."""
    outputs = sum(math.prod(layer.output_shape) for layer in classifier.layers)
    return classifier.parameters + outputs


def _load_classifier(path: Path) -> Classifier:
    classifier = Classifier.load(path)
    classifier.check_outputs()
    return classifier
