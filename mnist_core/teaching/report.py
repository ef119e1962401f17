"""Before and after: what teaching changes, measured on drawings that were not taught.

The drawings are dealt into folds. Each fold is classified by a network that was taught the others
(Stone, "Cross-validatory choice and assessment of statistical predictions", 1974), so no drawing is
classified by a network that has seen it. The network that the teaching starts from must not have
been taught before, since it may have seen them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.comparison import Interval, mcnemar_test, wilson_interval
from mnist_core.inference.classifier import Classifier
from mnist_core.messages import message
from mnist_core.teaching.drawings import TeachingError
from mnist_core.teaching.folds import deal_by_digit
from mnist_core.teaching.lesson import prepare_measurement

Verdict = Literal["too_few", "no_help", "helps"]

FOLDS = 5
MIN_DRAWINGS = 2  # of which one is taught and one classified
MIN_FOR_VERDICT = 20
SIGNIFICANCE = 0.05


@dataclass(frozen=True, eq=False)
class TeachingReport:
    """What teaching changes.

    Attributes:
        labels: (n,) uint8 in 0..9, what the drawings are.
        before: (n,) int64, the digits that the network predicted before it was taught.
        after: (n,) int64, those predicted by networks that were taught the other drawings.
        mnist_before: The accuracy on MNIST's test images before, 0..1.
        mnist_after: The accuracy on them of the network that was taught all drawings, 0..1.
        mnist_count: The number of test images.
    """

    labels: np.ndarray
    before: np.ndarray
    after: np.ndarray
    mnist_before: float
    mnist_after: float
    mnist_count: int

    @property
    def count(self) -> int:
        """The number of drawings."""
        return len(self.labels)

    @property
    def correct_before(self) -> int:
        """How many drawings were classified correctly before."""
        return int((self.before == self.labels).sum())

    @property
    def correct_after(self) -> int:
        """How many are after, in cross-validation."""
        return int((self.after == self.labels).sum())

    @property
    def interval_after(self) -> Interval:
        """The 95 % interval of the accuracy on drawings like these after."""
        return wilson_interval(self.correct_after, self.count)

    @property
    def fixed(self) -> np.ndarray:
        """Indices of the drawings that are classified correctly only after, (m,) int64."""
        return np.flatnonzero((self.before != self.labels) & (self.after == self.labels))

    @property
    def regressed(self) -> np.ndarray:
        """Indices of the drawings that were classified correctly only before, (m,) int64."""
        return np.flatnonzero((self.before == self.labels) & (self.after != self.labels))

    @property
    def verdict(self) -> Verdict:
        """Whether teaching helps with further drawings of this person.

        "helps" if the gain is significant by McNemar's test, "no_help" if enough drawings show
        no gain, and "too_few" where the drawings cannot tell.
        """
        fixed, regressed = len(self.fixed), len(self.regressed)
        if fixed > regressed and mcnemar_test(fixed, regressed) < SIGNIFICANCE:
            return "helps"
        if self.count >= MIN_FOR_VERDICT and fixed <= regressed:
            return "no_help"
        return "too_few"


def measure_teaching(
    images: np.ndarray,
    labels: np.ndarray,
    test: Split,
    base: Classifier | None = None,
    seed: int = 0,
) -> TeachingReport:
    """Measure what the instant teaching changes, by five-fold cross-validation.

    The first call for a network computes its features of MNIST, which takes some seconds; then
    they are cached, and fifty drawings take about two seconds. The thorough teaching measures
    itself in its run; see `mnist_core.jobs.teach_run`.

    Args:
        images: (n, 28, 28) float32 in 0..1, prepared drawings; n at least 2. None may be there
            twice, else it is classified by networks that were taught it.
        labels: (n,) integers in 0..9.
        test: MNIST's test split.
        base: The network to teach; by default the app's default model.
        seed: The seed of the changed copies of the drawings.

    Raises:
        TeachingError: The drawings cannot be used, or the network cannot be taught, or was before.
        DatasetError: MNIST cannot be read.
        ModelError: The app's default model is missing or damaged.
    """
    if 0 < np.size(labels) < MIN_DRAWINGS:
        raise TeachingError(
            message(
                "One drawing cannot show what teaching changes: one has to be taught and another "
                "one classified. Draw one more."
            )
        )
    lesson, mnist = prepare_measurement(images, labels, test, base, seed)
    before, after = lesson.layer, lesson.fit()
    return TeachingReport(
        labels=lesson.labels,
        before=before.predict(lesson.features[:, 0]),
        after=lesson.cross_validate(deal_by_digit(lesson.labels, FOLDS)),
        mnist_before=float((before.predict(mnist) == test.labels).mean()),
        mnist_after=float((after.predict(mnist) == test.labels).mean()),
        mnist_count=len(test.labels),
    )
