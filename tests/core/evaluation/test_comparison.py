"""Tests of mnist_core.evaluation.comparison: what one evaluation fixed and broke of another."""

import numpy as np

from mnist_core.evaluation.comparison import compare_mistakes, find_always_wrong
from mnist_core.evaluation.evaluation import Evaluation

LABELS = np.array([3, 1, 4, 1, 5], np.uint8)


def evaluation(*answers):
    """Return an evaluation with the given answers to five images."""
    return Evaluation(LABELS, np.eye(10, dtype=np.float32)[list(answers)])


def test_mended_broken_and_kept_mistakes():
    """Five images: right twice, fixed, regressed, wrong twice; checked by hand."""
    changes = compare_mistakes(evaluation(3, 0, 4, 2, 5), evaluation(3, 1, 0, 7, 5))
    assert list(changes.fixed) == [1]
    assert list(changes.regressed) == [2]
    assert list(changes.shared_errors) == [3]


def test_always_wrong_is_wrong_in_every_epoch():
    """One right answer is enough to leave the list, another wrong digit is not."""
    epochs = [evaluation(0, 0, 0, 0, 5), evaluation(0, 1, 9, 0, 5), evaluation(2, 0, 7, 1, 5)]
    assert list(find_always_wrong(epochs)) == [0, 2]
