"""What changed from one evaluation to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class MistakeChanges:
    """How the mistakes of one evaluation differ from those of an earlier one.

    Each field holds indices of images, (n,) int64: `mended` were wrong and are right, `broken`
    were right and are wrong, `kept` were and are wrong.
    """

    mended: np.ndarray
    broken: np.ndarray
    kept: np.ndarray


def compare_mistakes(before: Evaluation, after: Evaluation) -> MistakeChanges:
    """Compare two evaluations of the same split, such as those of two epochs."""
    was_wrong = before.predicted != before.labels
    is_wrong = after.predicted != after.labels
    return MistakeChanges(
        mended=np.flatnonzero(was_wrong & ~is_wrong),
        broken=np.flatnonzero(~was_wrong & is_wrong),
        kept=np.flatnonzero(was_wrong & is_wrong),
    )


def find_always_wrong(evaluations: Sequence[Evaluation]) -> np.ndarray:
    """Return the indices of the images that every evaluation got wrong, (n,) int64."""
    wrong = [evaluation.predicted != evaluation.labels for evaluation in evaluations]
    return np.flatnonzero(np.logical_and.reduce(wrong))
