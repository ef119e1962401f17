"""What changed from one evaluation to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_core.evaluation.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class MistakeChanges:
    """How the mistakes of one evaluation differ from those of an earlier one.

    Each field holds indices of images, (n,) int64: `fixed` were wrong and are right, `regressed`
    were right and are wrong, `kept` were and are wrong.
    """

    fixed: np.ndarray
    regressed: np.ndarray
    shared_errors: np.ndarray


def compare_mistakes(before: Evaluation, after: Evaluation) -> MistakeChanges:
    """Compare two evaluations of the same split, such as those of two epochs."""
    was_wrong = before.predicted != before.labels
    is_wrong = after.predicted != after.labels
    return MistakeChanges(
        fixed=np.flatnonzero(was_wrong & ~is_wrong),
        regressed=np.flatnonzero(~was_wrong & is_wrong),
        shared_errors=np.flatnonzero(was_wrong & is_wrong),
    )


def find_always_wrong(evaluations: Sequence[Evaluation]) -> np.ndarray:
    """Return the indices of the images that every evaluation got wrong, (n,) int64."""
    wrong = [evaluation.predicted != evaluation.labels for evaluation in evaluations]
    return np.flatnonzero(np.logical_and.reduce(wrong))
